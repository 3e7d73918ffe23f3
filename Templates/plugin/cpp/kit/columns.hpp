// Columns that are being made, and how they are handed over as Arrow arrays. For kit/map.cpp; steps see kit.hpp only.
#pragma once

#include "kit/kit.hpp"

namespace kit {

/// One column: values are appended, then it is finished.
class Builder {
public:
    explicit Builder(Type type);

    /// Appends a value of the column's type; nothing set is null.
    void append(const Row::Value &value);

    /// The column as an array that owns its memory; whoever gets it releases it once.
    ArrowArray finish() &&;

private:
    Type type;
    std::int64_t rows = 0, nulls = 0;
    std::vector<std::uint8_t> validity, bits;
    std::vector<std::int64_t> integers;
    std::vector<double> numbers;
    /// Where texts and lists end; the first begins at 0.
    std::vector<std::int32_t> ends = {0};
    std::string bytes;
    /// Of messages: roles and contents.
    std::vector<Builder> parts;
};

/// A batch: a struct of columns of the same length.
ArrowArray finish_batch(std::vector<Builder> columns, std::int64_t rows);

/// The schema of a batch with these columns.
ArrowSchema make_schema(const std::vector<Column> &columns);

const char *format_of(Type type);

}  // namespace kit
