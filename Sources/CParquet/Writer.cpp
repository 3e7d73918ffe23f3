#include <arrow/c/bridge.h>
#include <arrow/io/file.h>
#include <arrow/table.h>
#include <parquet/arrow/writer.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "Shim.h"

struct fdparquet_writer {
    std::shared_ptr<arrow::Schema> schema;
    std::shared_ptr<arrow::io::FileOutputStream> file;
    std::unique_ptr<parquet::arrow::FileWriter> parquet;
    int64_t row_group_rows; // 0: every batch is a row group
    std::vector<std::shared_ptr<arrow::RecordBatch>> pending;
    int64_t pending_rows = 0;
};

namespace fastdistill {
namespace {

// Small pages and dictionaries: one column is written at a time, and both limits bound what it holds.
std::shared_ptr<parquet::WriterProperties> properties() {
    return parquet::WriterProperties::Builder()
        .memory_pool(pool())
        ->compression(arrow::Compression::ZSTD)
        ->compression_level(1)
        ->enable_statistics()
        ->data_pagesize(256 * 1024)
        ->dictionary_pagesize_limit(256 * 1024)
        ->build();
}

// Writes one row group. Its columns are made contiguous first: where pages end then depends on the rows alone, not on
// the batches they came in.
arrow::Status write_group(fdparquet_writer *writer, const std::shared_ptr<arrow::Table> &table) {
    ARROW_ASSIGN_OR_RAISE(auto whole, table->CombineChunks(pool()));
    return writer->parquet->WriteTable(*whole, whole->num_rows());
}

arrow::Status flush(fdparquet_writer *writer, int64_t rows) {
    ARROW_ASSIGN_OR_RAISE(auto table, arrow::Table::FromRecordBatches(writer->schema, writer->pending));
    ARROW_RETURN_NOT_OK(write_group(writer, table->Slice(0, rows)));
    writer->pending_rows -= rows;
    std::shared_ptr<arrow::RecordBatch> last = writer->pending.back();
    writer->pending.clear();
    // Only the last batch can reach beyond the group: append() flushes as soon as one is full.
    if (writer->pending_rows > 0) {
        writer->pending.push_back(last->Slice(last->num_rows() - writer->pending_rows));
    }
    return arrow::Status::OK();
}

} // namespace

int writer_open(const char *path, ArrowSchema *schema, int64_t row_group_rows, fdparquet_writer **out,
                fdparquet_message *message) {
    return guarded(message, [&]() -> arrow::Status {
        auto writer = std::make_unique<fdparquet_writer>();
        ARROW_ASSIGN_OR_RAISE(writer->schema, arrow::ImportSchema(schema));
        ARROW_ASSIGN_OR_RAISE(writer->file, arrow::io::FileOutputStream::Open(path));
        ARROW_ASSIGN_OR_RAISE(writer->parquet,
                              parquet::arrow::FileWriter::Open(*writer->schema, pool(), writer->file, properties()));
        writer->row_group_rows = row_group_rows;
        *out = writer.release();
        return arrow::Status::OK();
    });
}

int writer_append(fdparquet_writer *writer, ArrowArray *batch, fdparquet_message *message) {
    return guarded(message, [&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(auto rows, arrow::ImportRecordBatch(batch, writer->schema));
        if (rows->num_rows() == 0) {
            return arrow::Status::OK();
        }
        writer->pending.push_back(rows);
        writer->pending_rows += rows->num_rows();
        if (writer->row_group_rows == 0) {
            return flush(writer, rows->num_rows());
        }
        while (writer->pending_rows >= writer->row_group_rows) {
            ARROW_RETURN_NOT_OK(flush(writer, writer->row_group_rows));
        }
        return arrow::Status::OK();
    });
}

int writer_close(fdparquet_writer *writer, fdparquet_message *message) {
    std::unique_ptr<fdparquet_writer> owned(writer);
    return guarded(message, [&]() -> arrow::Status {
        if (writer->pending_rows > 0) {
            ARROW_RETURN_NOT_OK(flush(writer, writer->pending_rows));
        }
        ARROW_RETURN_NOT_OK(writer->parquet->Close());
        if (fsync(writer->file->file_descriptor()) != 0) {
            return arrow::Status::IOError("fsync: ", std::strerror(errno));
        }
        return writer->file->Close();
    });
}

void writer_abandon(fdparquet_writer *writer) { delete writer; }

} // namespace fastdistill
