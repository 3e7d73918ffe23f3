// A strict reader for JSON (RFC 8259): options of a graph, lines of a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mathword {

/// A JSON value. Objects keep the order of their members, of which no two have the same name.
struct Json {
    enum class Kind { null, boolean, integer, number, string, list, object };

    Kind kind = Kind::null;
    bool boolean = false;
    /// Of an integer within 64 bits; any other number is a `number` and has no value here: no option wants one.
    std::int64_t integer = 0;
    std::string string;
    std::vector<Json> list;
    std::vector<std::pair<std::string, Json>> object;

    /// The member of an object, or nothing.
    const Json *member(std::string_view name) const;

    /// What the value is, in words for a message: `a string`.
    const char *kind_words() const;
};

/// Why a text is not the JSON it should be, and at which byte.
struct JsonFault {
    std::size_t offset;
    std::string problem;
};

/// Reads one document and nothing behind it. Refuses members that stand twice, lone surrogates, control characters in
/// strings, bytes that are not UTF-8, and what is nested deeper than 64 levels. Throws JsonFault.
Json read_json(std::string_view text);

/// A text as a JSON string, with its quotation marks.
std::string json_string(std::string_view text);

}  // namespace mathword
