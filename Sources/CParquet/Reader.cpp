#include <arrow/c/bridge.h>
#include <arrow/compute/cast.h>
#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <parquet/arrow/reader.h>

#include <memory>

#include "Shim.h"

struct fdparquet_reader {
    std::unique_ptr<parquet::arrow::FileReader> parquet;
    std::unique_ptr<arrow::RecordBatchReader> batches;
    std::shared_ptr<arrow::Schema> schema; // with the types that the host has columns for
};

namespace fastdistill {
namespace {

std::shared_ptr<arrow::Field> plain(const std::shared_ptr<arrow::Field> &field);

// The host's type for the values of `type`, where one holds them all; else `type` itself, which the host then refuses.
std::shared_ptr<arrow::DataType> plain(const std::shared_ptr<arrow::DataType> &type) {
    switch (type->id()) {
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::UINT8:
    case arrow::Type::UINT16:
    case arrow::Type::UINT32:
        return arrow::int64();
    case arrow::Type::HALF_FLOAT:
    case arrow::Type::FLOAT:
        return arrow::float64();
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
        return arrow::utf8();
    case arrow::Type::LARGE_BINARY:
    case arrow::Type::BINARY_VIEW:
    case arrow::Type::FIXED_SIZE_BINARY:
        return arrow::binary();
    case arrow::Type::DICTIONARY:
        return plain(static_cast<const arrow::DictionaryType &>(*type).value_type());
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
        return arrow::list(plain(static_cast<const arrow::BaseListType &>(*type).value_field()));
    case arrow::Type::STRUCT: {
        arrow::FieldVector fields;
        for (const auto &field : type->fields()) {
            fields.push_back(plain(field));
        }
        return arrow::struct_(fields);
    }
    default:
        return type;
    }
}

std::shared_ptr<arrow::Field> plain(const std::shared_ptr<arrow::Field> &field) {
    return arrow::field(field->name(), plain(field->type()), field->nullable());
}

} // namespace

int reader_open(const char *path, int64_t batch_rows, ArrowSchema *schema, fdparquet_reader **out,
                fdparquet_message *message) {
    return guarded(message, [&]() -> arrow::Status {
        auto reader = std::make_unique<fdparquet_reader>();
        ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path, pool()));
        parquet::ReaderProperties reading(pool());
        reading.enable_buffered_stream(); // a page at a time, not a column chunk
        reading.set_buffer_size(64 * 1024);
        parquet::ArrowReaderProperties batching(/*use_threads=*/false);
        batching.set_batch_size(batch_rows);
        batching.set_pre_buffer(false);
        parquet::arrow::FileReaderBuilder builder;
        ARROW_RETURN_NOT_OK(builder.Open(file, reading));
        ARROW_ASSIGN_OR_RAISE(reader->parquet, builder.memory_pool(pool())->properties(batching)->Build());
        ARROW_ASSIGN_OR_RAISE(reader->batches, reader->parquet->GetRecordBatchReader());
        arrow::FieldVector fields;
        for (const auto &field : reader->batches->schema()->fields()) {
            fields.push_back(plain(field));
        }
        reader->schema = arrow::schema(fields);
        ARROW_RETURN_NOT_OK(arrow::ExportSchema(*reader->schema, schema));
        *out = reader.release();
        return arrow::Status::OK();
    });
}

int reader_next(fdparquet_reader *reader, ArrowArray *batch, fdparquet_message *message) {
    return guarded(message, [&]() -> arrow::Status {
        std::shared_ptr<arrow::RecordBatch> rows;
        do {
            ARROW_RETURN_NOT_OK(reader->batches->ReadNext(&rows));
        } while (rows && rows->num_rows() == 0);
        if (!rows) {
            batch->release = nullptr;
            return arrow::Status::OK();
        }
        arrow::compute::ExecContext context(pool());
        arrow::ArrayVector columns;
        for (int index = 0; index < rows->num_columns(); ++index) {
            auto column = rows->column(index);
            const auto &type = reader->schema->field(index)->type();
            if (!column->type()->Equals(*type)) {
                ARROW_ASSIGN_OR_RAISE(
                    column, arrow::compute::Cast(*column, type, arrow::compute::CastOptions::Safe(), &context));
            }
            columns.push_back(column);
        }
        auto plain_rows = arrow::RecordBatch::Make(reader->schema, rows->num_rows(), columns);
        return arrow::ExportRecordBatch(*plain_rows, batch);
    });
}

void reader_close(fdparquet_reader *reader) { delete reader; }

} // namespace fastdistill
