// Text without the dress of LaTeX, Markdown and typography.
#pragma once

#include <string>
#include <string_view>

namespace mathword {

/// In plain text, these stand around what was in `\boxed{…}`. No plain text has them otherwise.
constexpr char box_start = '\x01';
constexpr char box_end = '\x02';

/// Makes text plain: one kind of minus, space and multiplication sign; `½` and `\frac{1}{2}` as `1/2`; no bold, no
/// `\text{…}`, no escapes before `$` and `%`. LaTeX that it does not know stays as it is. O(length).
std::string plain_text(std::string_view text);

}  // namespace mathword
