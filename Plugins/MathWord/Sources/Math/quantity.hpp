// Numbers with their sign and unit, found in plain text.
#pragma once

#include <optional>
#include <string_view>

#include "Math/fraction.hpp"
#include "Math/units.hpp"

namespace mathword {

/// A number as it was stated.
struct Quantity {
    Fraction value;
    /// The other reading of an ambiguous separator.
    std::optional<Fraction> other;
    std::optional<Unit> unit;
    /// What the number is to be multiplied with if a percent sign or `dozen` is taken at its word.
    std::optional<Fraction> scale;
    bool is_too_large = false;
    /// Where it stands in the text, with sign, currency and unit.
    std::size_t start = 0;
    std::size_t end = 0;
    /// Something follows without a gap that makes it another thing: `2x`, `10:30`, `1/2/2020`, `1.2.3`.
    bool is_glued = false;
};

/// Whether numbers in words count.
enum class Words { no, yes };

/// Reads the quantity that starts at a position, with its sign: `-$5`, `18 dollars per day`, `5 feet 3 inches`, `50%`.
std::optional<Quantity> read_quantity(std::string_view text, std::size_t at, Words words);

/// Finds the first quantity that starts between two positions and is no part of something else. O(length).
std::optional<Quantity> find_quantity(
    std::string_view text, std::size_t from, Words words, std::size_t before = std::string_view::npos);

}  // namespace mathword
