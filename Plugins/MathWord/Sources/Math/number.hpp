// Numbers as people and models write them in digits.
#pragma once

#include <optional>
#include <string_view>

#include "Math/fraction.hpp"

namespace mathword {

/// A number without sign, and where it ends.
struct Number {
    Fraction value;
    /// What it would be to those who write comma and point the other way round: `1,234` and `1.234` are ambiguous.
    std::optional<Fraction> other;
    /// Beyond 1,000 digits, or a power of ten beyond 1,000: then it has no value.
    bool is_too_large = false;
    /// Digits and nothing else, so that it can be part of a fraction.
    bool is_plain = false;
    std::size_t end = 0;
};

/// Reads the number that starts at a position: integers and decimals with separators, `3/4`, `2 1/2`, `1.5e3`,
/// `1.5 * 10^3`, `2 million`. Nothing where no number starts. The text is plain (plain_text.hpp).
std::optional<Number> read_number(std::string_view text, std::size_t at);

}  // namespace mathword
