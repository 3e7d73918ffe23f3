// The ways in which a reply states its answer. All look through plain text (plain_text.hpp) once.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace mathword {

/// Where in a reply an answer was found. The order is that of the spec.
enum class Form { marker, boxed, phrase, last_number };

/// A statement of the answer.
struct Statement {
    Form form;
    /// Where in the text it begins.
    std::size_t start;
    std::string_view text;
};

struct Boxes {
    /// The one that begins last; of boxes in boxes the innermost.
    std::optional<Statement> last;
    /// The text ends within a box.
    bool is_cut_off = false;
};

/// What stands before the answer: `#### 18`.
constexpr std::string_view marker = "####";

/// The last line with a marker and an answer.
std::optional<Statement> last_marker(std::string_view text);

/// What is in `\boxed{18}`.
Boxes find_boxes(std::string_view text);

/// The last `The answer is 18`, `Final answer: 18` that a value follows.
std::optional<Statement> last_phrase(std::string_view text);

/// The last number, whatever it may be.
std::optional<Statement> last_number(std::string_view text);

/// Without what decorates it: `**18**.`, `"18"`, `$18$`, `= 18`.
std::string_view undecorated(std::string_view text);

/// The result, where an equation is stated: `3 * 6 = 18`.
std::string_view result_of(std::string_view text);

}  // namespace mathword
