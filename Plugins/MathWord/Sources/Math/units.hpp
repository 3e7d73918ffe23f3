// Units of measurement, and how many of one are another.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "Math/fraction.hpp"

namespace mathword {

/// What can be converted into each other. Years and months are not days: how many days they have differs.
enum class Dimension {
    time, calendar, length, mass, volume, degree, morning, afternoon, dollars, euros, pounds_sterling, yen, rupees,
};

/// One unit: what it measures and how large it is in the smallest unit of that kind.
struct Measure {
    Dimension dimension;
    /// 2 for square, 3 for cubic.
    int power = 1;
    Fraction size = Fraction(Natural(1));
};

/// A unit, perhaps `per` another.
struct Unit {
    Measure measure;
    std::optional<Measure> per;
};

struct UnitRead {
    Unit unit;
    std::size_t end;
};

/// Reads the unit at a position: `km`, `square feet`, `dollars per day`, `mph`. Words that are no unit are none.
std::optional<UnitRead> read_unit(std::string_view text, std::size_t at);

/// The currency that a sign at a position stands for, and the length of the sign.
std::optional<std::pair<Measure, std::size_t>> read_currency(std::string_view text, std::size_t at);

/// Reads ` per day`, `/day`, ` a day` behind a unit; gives where it ends.
std::optional<std::pair<Measure, std::size_t>> read_per(std::string_view text, std::size_t at);

}  // namespace mathword
