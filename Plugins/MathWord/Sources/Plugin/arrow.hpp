// Arrow columns and schemas (fastdistill/arrow.h) as C++ values that own their memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fastdistill/arrow.h"

namespace mathword {

/// The types of columns that the steps read and add.
enum class Type {
    text,
    /// list<struct<role: utf8, content: utf8>>
    messages,
};

/// One chat message.
struct Message {
    std::string role;
    std::string content;
};

/// A utf8 column of a batch, read where it lies.
class TextColumn {
public:
    /// A batch may be a slice: its own offset and the column's both count.
    TextColumn(const ArrowArray &column, std::int64_t batch_offset);

    /// The text of a row, or nothing where it is null. Valid until the batch goes.
    std::optional<std::string_view> operator[](std::int64_t row) const;

private:
    const std::uint8_t *validity_;
    const std::int32_t *offsets_;
    const char *bytes_;
    std::int64_t first_;
};

/// An Arrow array and all it holds: freed with its owner, unless it has been handed over.
class OwnedArray {
public:
    OwnedArray() = default;
    OwnedArray(OwnedArray &&other) noexcept : array_(other.array_) { other.array_.release = nullptr; }
    OwnedArray &operator=(OwnedArray &&) = delete;
    ~OwnedArray() {
        if (array_.release) array_.release(&array_);
    }

    std::int64_t length() const { return array_.length; }

    /// Gives the array to a caller's struct; the caller releases it.
    void hand_over(ArrowArray *out) && {
        *out = array_;
        array_.release = nullptr;
    }

    /// A column of int64 without nulls.
    static OwnedArray int64s(std::vector<std::int64_t> values);
    /// A struct without nulls; all children have its length.
    static OwnedArray structure(std::int64_t length, std::vector<OwnedArray> children);
    /// A list without nulls: `offsets` has the start of each and the end of the last.
    static OwnedArray list(std::vector<std::int32_t> offsets, OwnedArray elements);

private:
    friend class TextBuilder;
    struct Storage;
    OwnedArray(std::int64_t length, std::int64_t null_count, std::unique_ptr<Storage> storage);

    ArrowArray array_ = {};
};

/// Makes a utf8 column.
class TextBuilder {
public:
    void append(std::string_view text);
    void append_null();
    std::int64_t length() const { return static_cast<std::int64_t>(offsets_.size()) - 1; }
    OwnedArray finish() &&;

private:
    std::vector<std::int32_t> offsets_ = {0};
    std::string bytes_;
    /// A bit a row; empty as long as there is no null.
    std::vector<std::uint8_t> validity_;
    std::int64_t null_count_ = 0;
};

/// Makes a column of messages.
class MessagesBuilder {
public:
    void append(const std::vector<Message> &messages);
    std::int64_t length() const { return static_cast<std::int64_t>(offsets_.size()) - 1; }
    OwnedArray finish() &&;

private:
    std::vector<std::int32_t> offsets_ = {0};
    TextBuilder roles_;
    TextBuilder contents_;
};

/// A column as a schema names it.
struct Field {
    std::string name;
    Type type;
    bool is_nullable;
};

/// Fills the schema of a batch with these columns; the caller releases it.
void export_schema(const std::vector<Field> &columns, ArrowSchema *out);

/// The type of a column in the words of graphs: `int64`, `list<utf8>`.
std::string type_name(const ArrowSchema &column);
std::string type_name(Type type);

}  // namespace mathword
