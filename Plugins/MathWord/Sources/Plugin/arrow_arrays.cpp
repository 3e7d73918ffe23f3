#include <array>
#include <limits>

#include "Plugin/arrow.hpp"
#include "Plugin/error.hpp"

namespace mathword {

/// What stands behind an array that was handed out: `private_data` of the ArrowArray.
struct OwnedArray::Storage {
    std::vector<std::uint8_t> validity;
    std::vector<std::int32_t> offsets;
    std::vector<std::int64_t> values;
    std::string bytes;
    std::vector<OwnedArray> children;
    std::vector<const void *> buffers;
    std::vector<ArrowArray *> child_pointers;

    static void release(ArrowArray *array) {
        delete static_cast<Storage *>(array->private_data);
        array->release = nullptr;
    }
};

OwnedArray::OwnedArray(std::int64_t length, std::int64_t null_count, std::unique_ptr<Storage> storage) {
    // A child that the consumer has moved out is marked as released; then nothing is left to do for it.
    for (OwnedArray &child : storage->children) storage->child_pointers.push_back(&child.array_);
    array_.length = length;
    array_.null_count = null_count;
    array_.n_buffers = static_cast<std::int64_t>(storage->buffers.size());
    array_.n_children = static_cast<std::int64_t>(storage->child_pointers.size());
    array_.buffers = storage->buffers.data();
    array_.children = storage->child_pointers.data();
    array_.release = Storage::release;
    array_.private_data = storage.release();
}

OwnedArray OwnedArray::int64s(std::vector<std::int64_t> values) {
    auto storage = std::make_unique<Storage>();
    const auto length = static_cast<std::int64_t>(values.size());
    values.reserve(1);  // so that the buffer is somewhere
    storage->values = std::move(values);
    storage->buffers = {nullptr, storage->values.data()};
    return OwnedArray(length, 0, std::move(storage));
}

OwnedArray OwnedArray::structure(std::int64_t length, std::vector<OwnedArray> children) {
    auto storage = std::make_unique<Storage>();
    storage->children = std::move(children);
    storage->buffers = {nullptr};
    return OwnedArray(length, 0, std::move(storage));
}

OwnedArray OwnedArray::list(std::vector<std::int32_t> offsets, OwnedArray elements) {
    auto storage = std::make_unique<Storage>();
    const auto length = static_cast<std::int64_t>(offsets.size()) - 1;
    storage->offsets = std::move(offsets);
    storage->children.push_back(std::move(elements));
    storage->buffers = {nullptr, storage->offsets.data()};
    return OwnedArray(length, 0, std::move(storage));
}

TextColumn::TextColumn(const ArrowArray &column, std::int64_t batch_offset)
    : validity_(column.null_count == 0 ? nullptr : static_cast<const std::uint8_t *>(column.buffers[0])),
      offsets_(static_cast<const std::int32_t *>(column.buffers[1])),
      bytes_(static_cast<const char *>(column.buffers[2])),
      first_(column.offset + batch_offset) {}

std::optional<std::string_view> TextColumn::operator[](std::int64_t row) const {
    const std::int64_t at = first_ + row;
    if (validity_ && !(validity_[at / 8] >> (at % 8) & 1)) return std::nullopt;
    const std::int32_t start = offsets_[at];
    const std::int32_t end = offsets_[at + 1];
    if (start == end) return std::string_view();
    return std::string_view(bytes_ + start, static_cast<std::size_t>(end - start));
}

void TextBuilder::append(std::string_view text) {
    if (text.size() > std::numeric_limits<std::int32_t>::max() - bytes_.size()) {
        throw StepError{FASTDISTILL_INTERNAL, "", "A batch has more than 2 GiB of text in one column."};
    }
    if (null_count_ > 0) {
        const auto row = static_cast<std::size_t>(length());
        if (row % 8 == 0) validity_.push_back(0);
        validity_.back() = static_cast<std::uint8_t>(validity_.back() | 1u << (row % 8));
    }
    bytes_.append(text);
    offsets_.push_back(static_cast<std::int32_t>(bytes_.size()));
}

void TextBuilder::append_null() {
    const auto row = static_cast<std::size_t>(length());
    if (null_count_++ == 0) {
        // All rows before this one had a value.
        validity_.assign((row + 7) / 8, 0xFF);
        if (row % 8 != 0) validity_.back() = static_cast<std::uint8_t>((1u << (row % 8)) - 1);
    }
    if (row % 8 == 0) validity_.push_back(0);
    offsets_.push_back(static_cast<std::int32_t>(bytes_.size()));
}

OwnedArray TextBuilder::finish() && {
    auto storage = std::make_unique<OwnedArray::Storage>();
    const std::int64_t rows = length();
    storage->validity = std::move(validity_);
    storage->offsets = std::move(offsets_);
    storage->bytes = std::move(bytes_);
    storage->buffers = {
        null_count_ > 0 ? storage->validity.data() : nullptr, storage->offsets.data(), storage->bytes.data()};
    return OwnedArray(rows, null_count_, std::move(storage));
}

void MessagesBuilder::append(const std::vector<Message> &messages) {
    for (const Message &message : messages) {
        roles_.append(message.role);
        contents_.append(message.content);
    }
    offsets_.push_back(static_cast<std::int32_t>(roles_.length()));
}

OwnedArray MessagesBuilder::finish() && {
    const std::int64_t count = roles_.length();
    std::vector<OwnedArray> members;
    members.push_back(std::move(roles_).finish());
    members.push_back(std::move(contents_).finish());
    return OwnedArray::list(std::move(offsets_), OwnedArray::structure(count, std::move(members)));
}

}  // namespace mathword
