// Columns as Arrow arrays and schemas (columns.hpp).
#include "kit/columns.hpp"

#include <limits>
#include <stdexcept>

namespace kit {

namespace {

/// What an array is made of. It lives until the array is released.
struct Storage {
    std::vector<std::uint8_t> validity, bits;
    std::vector<std::int64_t> integers;
    std::vector<double> numbers;
    std::vector<std::int32_t> ends;
    std::string bytes;
    std::vector<const void *> buffers;
    std::vector<ArrowArray> children;
    std::vector<ArrowArray *> pointers;

    ~Storage() {
        for (ArrowArray &child : children) {
            if (child.release) child.release(&child);  // null: the host moved it out
        }
    }
};

ArrowArray make_array(std::int64_t rows, std::unique_ptr<Storage> storage) {
    for (ArrowArray &child : storage->children) storage->pointers.push_back(&child);
    ArrowArray array = {};
    array.length = rows;
    array.n_buffers = static_cast<std::int64_t>(storage->buffers.size());
    array.buffers = storage->buffers.data();
    array.n_children = static_cast<std::int64_t>(storage->pointers.size());
    array.children = storage->pointers.data();
    array.release = [](ArrowArray *self) {
        delete static_cast<Storage *>(self->private_data);
        self->release = nullptr;
    };
    array.private_data = storage.release();
    return array;
}

/// The same for a schema.
struct Names {
    std::string name;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema *> pointers;

    ~Names() {
        for (ArrowSchema &child : children) {
            if (child.release) child.release(&child);
        }
    }
};

ArrowSchema make_schema(const char *format, std::unique_ptr<Names> names) {
    for (ArrowSchema &child : names->children) names->pointers.push_back(&child);
    ArrowSchema schema = {};
    schema.format = format;
    schema.name = names->name.c_str();
    schema.n_children = static_cast<std::int64_t>(names->pointers.size());
    schema.children = names->pointers.data();
    schema.release = [](ArrowSchema *self) {
        delete static_cast<Names *>(self->private_data);
        self->release = nullptr;
    };
    schema.private_data = names.release();
    return schema;
}

void append_bit(std::vector<std::uint8_t> &bits, std::int64_t position, bool bit) {
    if (position % 8 == 0) bits.push_back(0);
    if (bit) bits.back() = static_cast<std::uint8_t>(bits.back() | 1 << position % 8);
}

std::int32_t narrow(std::size_t end) {
    if (end > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw std::length_error("A column of a batch can hold 2 GiB of text.");
    }
    return static_cast<std::int32_t>(end);
}

}  // namespace

Builder::Builder(Type type) : type(type) {
    if (type == Type::messages) parts = {Builder(Type::text), Builder(Type::text)};
}

void Builder::append(const Row::Value &value) {
    const bool is_null = std::holds_alternative<std::monostate>(value);
    append_bit(validity, rows, !is_null);
    if (is_null) nulls++;
    switch (type) {
        case Type::boolean: append_bit(bits, rows, !is_null && std::get<bool>(value)); break;
        case Type::int64: integers.push_back(is_null ? 0 : std::get<std::int64_t>(value)); break;
        case Type::float64: numbers.push_back(is_null ? 0 : std::get<double>(value)); break;
        case Type::text:
            if (!is_null) bytes += std::get<std::string>(value);
            ends.push_back(narrow(bytes.size()));
            break;
        case Type::messages:
            if (!is_null) {
                for (const Message &message : std::get<std::vector<Message>>(value)) {
                    parts[0].append(Row::Value(message.role));
                    parts[1].append(Row::Value(message.content));
                }
            }
            ends.push_back(narrow(static_cast<std::size_t>(parts[0].rows)));
            break;
    }
    rows++;
}

ArrowArray Builder::finish() && {
    auto storage = std::make_unique<Storage>();
    Storage &own = *storage;
    own.validity = std::move(validity);
    own.bits = std::move(bits);
    own.integers = std::move(integers);
    own.numbers = std::move(numbers);
    own.ends = std::move(ends);
    own.bytes = std::move(bytes);
    own.buffers.push_back(nulls > 0 ? own.validity.data() : nullptr);
    // A buffer without rows must not be null.
    own.bits.reserve(1);
    own.integers.reserve(1);
    own.numbers.reserve(1);
    switch (type) {
        case Type::boolean: own.buffers.push_back(own.bits.data()); break;
        case Type::int64: own.buffers.push_back(own.integers.data()); break;
        case Type::float64: own.buffers.push_back(own.numbers.data()); break;
        case Type::text:
            own.buffers.push_back(own.ends.data());
            own.buffers.push_back(own.bytes.data());
            break;
        case Type::messages: {
            own.buffers.push_back(own.ends.data());
            const std::int64_t items = parts[0].rows;
            own.children.push_back(finish_batch(std::move(parts), items));
            break;
        }
    }
    ArrowArray array = make_array(rows, std::move(storage));
    array.null_count = nulls;
    return array;
}

ArrowArray finish_batch(std::vector<Builder> columns, std::int64_t rows) {
    auto storage = std::make_unique<Storage>();
    storage->buffers = {nullptr};
    storage->children.reserve(columns.size());
    for (Builder &column : columns) storage->children.push_back(std::move(column).finish());
    return make_array(rows, std::move(storage));
}

const char *format_of(Type type) {
    switch (type) {
        case Type::boolean: return "b";
        case Type::int64: return "l";
        case Type::float64: return "g";
        case Type::text: return "u";
        case Type::messages: break;
    }
    return "+l";
}

ArrowSchema make_schema(const std::vector<Column> &columns) {
    auto names = std::make_unique<Names>();
    names->children.reserve(columns.size());
    for (const Column &column : columns) {
        auto own = std::make_unique<Names>();
        own->name = column.name;
        if (column.type == Type::messages) {
            own->children.push_back(make_schema({{"role", Type::text, false}, {"content", Type::text, false}}));
        }
        names->children.push_back(make_schema(format_of(column.type), std::move(own)));
        if (column.is_nullable) names->children.back().flags = ARROW_FLAG_NULLABLE;
    }
    return make_schema("+s", std::move(names));
}

}  // namespace kit
