// Numbers in English words.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "Math/fraction.hpp"

namespace mathword {

/// A number in words, and where it ends.
struct WordNumber {
    Fraction value;
    std::size_t end;
};

/// Reads `eighteen`, `twenty-five`, `two hundred and six`, `three thousand`, `two thirds`, `half`, `one and a half`.
/// Nothing where no such word stands, or where the words make no number, as in `two three`.
std::optional<WordNumber> read_number_words(std::string_view text, std::size_t at);

/// Reads ` and a half`, ` and three quarters` behind a whole number.
std::optional<WordNumber> read_half_more(std::string_view text, std::size_t at);

}  // namespace mathword
