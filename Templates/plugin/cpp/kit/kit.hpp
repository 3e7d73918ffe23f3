// The kit: a step of this plugin looks at one row; kit/map.cpp makes of it what the host calls ("fastdistill.map/1").
//
//     class Size : public kit::Step {
//     public:
//         explicit Size(kit::Setup &setup)
//             : text(setup.reads<std::string_view>("text")), size(setup.adds<std::int64_t>("size")) {}
//
//         void run(kit::Row &row) const override { row.set(size, static_cast<std::int64_t>(row.get(text).size())); }
//
//     private:
//         kit::Input<std::string_view> text;
//         kit::Output<std::int64_t> size;
//     };
//
// It came with the package and is yours: change it as you need. Columns of booleans, whole and other numbers, text and
// chat messages are here; lists and structs of your own would be one more case in kit/columns.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "fastdistill/plugin.h"

namespace kit {

/// One chat message: `list<struct<role: utf8, content: utf8>>` is a vector of them.
struct Message {
    std::string role, content;
};

enum class Type { boolean, int64, float64, text, messages };

/// A column as spec.json has it.
struct Column {
    std::string name;
    Type type;
    bool is_nullable;
};

/// A column that a step reads: bool, std::int64_t, double or std::string_view, or std::optional of one for nullable.
template <class Value>
struct Input {
    std::size_t place;
};

/// A column that a step adds: bool, std::int64_t, double, std::string or std::vector<Message>, or std::optional of one.
template <class Value>
struct Output {
    std::size_t place;
};

/// Thrown by a step for a row without any answer. The code is one of the spec's.
struct Reject {
    std::string code, detail;
};

/// Thrown when a step cannot work at all: FASTDISTILL_RESOURCE_FAILED, or FASTDISTILL_INVALID_CONFIG for an option that
/// only its constructor can judge. `where` is a JSON pointer such as "/limit"; the message is one sentence.
struct Failure {
    fastdistill_status status;
    std::string where, message;
};

using Option = std::variant<bool, std::int64_t, double, std::string>;

/// Reads a JSON object whose values are plain. Throws Failure.
std::map<std::string, Option> read_options(std::string_view json);

template <class Value>
struct Unwrapped {
    using type = Value;
    static constexpr bool is_optional = false;
};
template <class Value>
struct Unwrapped<std::optional<Value>> {
    using type = Value;
    static constexpr bool is_optional = true;
};

template <class Value>
constexpr Type type_of() {
    using Plain = typename Unwrapped<Value>::type;
    if constexpr (std::is_same_v<Plain, bool>) return Type::boolean;
    if constexpr (std::is_same_v<Plain, std::int64_t>) return Type::int64;
    if constexpr (std::is_same_v<Plain, double>) return Type::float64;
    if constexpr (std::is_same_v<Plain, std::vector<Message>>) return Type::messages;
    return Type::text;
}

/// What a step names in its constructor: the columns it reads and adds, and its options. spec.json says the same.
class Setup {
public:
    explicit Setup(std::map<std::string, Option> options) : options(std::move(options)) {}

    template <class Value>
    Input<Value> reads(std::string name) {
        read_columns.push_back({std::move(name), type_of<Value>(), Unwrapped<Value>::is_optional});
        return {read_columns.size() - 1};
    }

    template <class Value>
    Output<Value> adds(std::string name) {
        added_columns.push_back({std::move(name), type_of<Value>(), Unwrapped<Value>::is_optional});
        return {added_columns.size() - 1};
    }

    /// The value of an option: bool, std::int64_t, double or std::string; a std::optional for one without a default.
    /// Options of type integer are std::int64_t, number double, boolean bool, string and resource std::string.
    template <class Value>
    Value option(const std::string &name) {
        using Plain = typename Unwrapped<Value>::type;
        auto found = options.find(name);
        if (found == options.end()) {
            if constexpr (Unwrapped<Value>::is_optional) return std::nullopt;
            throw Failure{FASTDISTILL_INVALID_CONFIG, "/" + name, "Option `" + name + "` is required."};
        }
        Option value = std::move(found->second);
        options.erase(found);
        if constexpr (std::is_same_v<Plain, double>) {
            if (auto *whole = std::get_if<std::int64_t>(&value)) value = static_cast<double>(*whole);
        }
        if (auto *plain = std::get_if<Plain>(&value)) return std::move(*plain);
        throw Failure{FASTDISTILL_INVALID_CONFIG, "/" + name, "Option `" + name + "` must be " + words<Plain>() + "."};
    }

    /// The same for a number within limits.
    template <class Value>
    Value option(const std::string &name, double minimum, double maximum) {
        const Value value = option<Value>(name);
        const std::optional<typename Unwrapped<Value>::type> number = value;
        if (!number || (*number >= minimum && *number <= maximum)) return value;
        throw outside(name, minimum, maximum);
    }

    std::vector<Column> read_columns, added_columns;
    /// Those that nobody has asked for yet.
    std::map<std::string, Option> options;

private:
    static Failure outside(const std::string &name, double minimum, double maximum);

    template <class Plain>
    static const char *words() {
        if constexpr (std::is_same_v<Plain, bool>) return "true or false";
        if constexpr (std::is_same_v<Plain, std::int64_t>) return "a whole number";
        if constexpr (std::is_same_v<Plain, double>) return "a number";
        return "a text";
    }
};

/// The row that is worked on.
class Row {
public:
    using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<Message>>;

    Row(const ArrowArray &batch, std::size_t added) : values(added), batch(batch) {}

    /// Text is borrowed until the row is done.
    template <class Wanted>
    Wanted get(Input<Wanted> column) const {
        using Plain = typename Unwrapped<Wanted>::type;
        const ArrowArray &array = *batch.children[column.place];
        // A batch may be a slice, and so may a column: both offsets count.
        const std::int64_t at = number + batch.offset + array.offset;
        if constexpr (Unwrapped<Wanted>::is_optional) {
            if (array.buffers[0] && !bit(array.buffers[0], at)) return std::nullopt;
        }
        if constexpr (std::is_same_v<Plain, bool>) {
            return bit(array.buffers[1], at);
        } else if constexpr (std::is_same_v<Plain, std::string_view>) {
            const auto *ends = static_cast<const std::int32_t *>(array.buffers[1]) + at;
            return std::string_view(
                static_cast<const char *>(array.buffers[2]) + ends[0], static_cast<std::size_t>(ends[1] - ends[0]));
        } else {
            return static_cast<const Plain *>(array.buffers[1])[at];
        }
    }

    /// A nullable column that is not set is null; any other has to be set. What is set twice has the later value.
    template <class Wanted>
    void set(Output<Wanted> column, typename Unwrapped<Wanted>::type value) {
        values[column.place] = std::move(value);
    }

    std::vector<Value> values;
    std::int64_t number = 0;

private:
    static bool bit(const void *bits, std::int64_t at) {
        return (static_cast<const std::uint8_t *>(bits)[at / 8] >> at % 8 & 1) != 0;
    }

    const ArrowArray &batch;
};

/// A step. Its constructor takes a Setup.
class Step {
public:
    virtual ~Step() = default;

    /// Sets the columns it adds, or throws Reject. A function of the row and the options: no state, no clock.
    virtual void run(Row &row) const = 0;
};

struct StepEntry {
    const char *id;
    std::unique_ptr<Step> (*make)(Setup &setup);
};

template <class Kind>
std::unique_ptr<Step> make(Setup &setup) {
    return std::make_unique<Kind>(setup);
}

/// The steps of the plugin; and the interface that the entry hands out for FASTDISTILL_MAP_V1.
extern const std::vector<StepEntry> steps;
extern const fastdistill_map_v1 map;

}  // namespace kit
