#include "Math/units.hpp"

#include <utility>

#include "Math/characters.hpp"

namespace mathword {

namespace {

struct Entry {
    std::string_view word;
    Dimension dimension;
    /// In the smallest unit of the dimension, as a fraction.
    std::uint64_t size;
    std::uint64_t divisor = 1;
};

constexpr auto time = Dimension::time;
constexpr auto calendar = Dimension::calendar;
constexpr auto length = Dimension::length;
constexpr auto mass = Dimension::mass;
constexpr auto volume = Dimension::volume;

// Inches, pounds and gallons are those of the international yard and pound agreement of 1959 and of US customary
// measure: exactly 25.4 mm, 453.59237 g, 3.785411784 l.
constexpr std::uint64_t inch = 254'000;                  // in 0.1 µm
constexpr std::uint64_t pound = 45'359'237'000;          // in 10 ng
constexpr std::uint64_t gallon = 3'785'411'784;          // in nl

// In lower case; compared without regard to case, but for single letters.
constexpr Entry entries[] = {
    {"second", time, 1}, {"sec", time, 1}, {"s", time, 1}, {"minute", time, 60}, {"min", time, 60},
    {"hour", time, 3600}, {"hr", time, 3600}, {"h", time, 3600}, {"day", time, 86'400}, {"week", time, 604'800},
    {"wk", time, 604'800}, {"month", calendar, 1}, {"year", calendar, 12}, {"yr", calendar, 12},
    {"decade", calendar, 120}, {"century", calendar, 1200}, {"centuries", calendar, 1200},
    {"millimeter", length, 10'000}, {"millimetre", length, 10'000}, {"mm", length, 10'000},
    {"centimeter", length, 100'000}, {"centimetre", length, 100'000}, {"cm", length, 100'000},
    {"meter", length, 10'000'000}, {"metre", length, 10'000'000}, {"m", length, 10'000'000},
    {"kilometer", length, 10'000'000'000}, {"kilometre", length, 10'000'000'000}, {"km", length, 10'000'000'000},
    {"inch", length, inch}, {"inches", length, inch}, {"foot", length, 12 * inch}, {"feet", length, 12 * inch},
    {"ft", length, 12 * inch}, {"yard", length, 36 * inch}, {"yd", length, 36 * inch},
    {"mile", length, 63'360 * inch}, {"mi", length, 63'360 * inch},
    {"milligram", mass, 100'000}, {"mg", mass, 100'000}, {"gram", mass, 100'000'000}, {"g", mass, 100'000'000},
    {"kilogram", mass, 100'000'000'000}, {"kilo", mass, 100'000'000'000}, {"kg", mass, 100'000'000'000},
    {"lb", mass, pound}, {"ounce", mass, pound, 16}, {"oz", mass, pound, 16},
    {"milliliter", volume, 1'000'000}, {"millilitre", volume, 1'000'000}, {"ml", volume, 1'000'000},
    {"liter", volume, 1'000'000'000}, {"litre", volume, 1'000'000'000}, {"l", volume, 1'000'000'000},
    {"gallon", volume, gallon}, {"quart", volume, gallon, 4}, {"pint", volume, gallon, 8}, {"cup", volume, gallon, 16},
    {"degree", Dimension::degree, 1}, {"am", Dimension::morning, 1}, {"pm", Dimension::afternoon, 1},
    {"dollar", Dimension::dollars, 100}, {"usd", Dimension::dollars, 100}, {"cent", Dimension::dollars, 1},
    {"euro", Dimension::euros, 100}, {"eur", Dimension::euros, 100}, {"gbp", Dimension::pounds_sterling, 100},
    {"yen", Dimension::yen, 1}, {"rupee", Dimension::rupees, 1},
};

struct Sign {
    std::string_view sign;
    Dimension dimension;
    std::uint64_t size;
};

constexpr Sign currency_signs[] = {
    {"$", Dimension::dollars, 100}, {"€", Dimension::euros, 100}, {"£", Dimension::pounds_sterling, 100},
    {"¥", Dimension::yen, 1}, {"₹", Dimension::rupees, 1}, {"¢", Dimension::dollars, 1}};

std::optional<Measure> find(std::string_view word) {
    if (word.size() == 1) {
        // `5 M` and `5 S` are labels; `l` is written large to tell it from 1.
        const bool is_unit_letter = word[0] == 's' || word[0] == 'h' || word[0] == 'm' || word[0] == 'g';
        if (!is_unit_letter && lowered(word[0]) != 'l') return std::nullopt;
    }
    for (const bool is_plural : {false, true}) {
        if (is_plural) {
            if (word.size() < 3 || lowered(word.back()) != 's') break;
            word.remove_suffix(1);
        }
        for (const Entry &entry : entries) {
            if (!is_same_ignoring_case(word, entry.word)) continue;
            return Measure{entry.dimension, 1, Fraction(Natural(entry.size), Natural(entry.divisor))};
        }
    }
    return std::nullopt;
}

struct Prefix {
    std::string_view word;
    int power;
};

constexpr Prefix prefixes[] = {{"square", 2}, {"sq", 2}, {"cubic", 3}, {"cu", 3}};

std::size_t skip_space(std::string_view text, std::size_t at) { return byte_at(text, at) == ' ' ? at + 1 : at; }

void raise(Measure &measure, int power) {
    const Fraction size = measure.size;
    for (int count = 1; count < power; count++) measure.size = measure.size * size;
    measure.power = power;
}

/// `sq ft`, `cubic meters`, `cm^2`, `meters squared`, `hours`.
std::optional<std::pair<Measure, std::size_t>> read_measure(std::string_view text, std::size_t at) {
    int power = 1;
    std::string_view word = letters_at(text, at);
    for (const Prefix &prefix : prefixes) {
        if (!is_same_ignoring_case(word, prefix.word)) continue;
        power = prefix.power;
        at += word.size();
        if (byte_at(text, at) == '.') at++;
        at = skip_space(text, at);
        word = letters_at(text, at);
        break;
    }
    auto measure = find(word);
    if (!measure) return std::nullopt;
    at += word.size();
    if (power == 1 && measure->dimension == Dimension::length) {
        const char exponent = byte_at(text, at) == '^' ? byte_at(text, at + 1) : '\0';
        const std::string_view suffix = letters_at(text, skip_space(text, at));
        if (exponent == '2' || exponent == '3') {
            power = exponent - '0';
            at += 2;
        } else if (is_same_ignoring_case(suffix, "squared") || is_same_ignoring_case(suffix, "cubed")) {
            power = lowered(suffix[0]) == 's' ? 2 : 3;
            at = skip_space(text, at) + suffix.size();
        }
    }
    // An exponent that is none of these makes it another thing.
    if (byte_at(text, at) == '^') return std::nullopt;
    raise(*measure, power);
    return std::pair{*measure, at};
}

}  // namespace

std::optional<std::pair<Measure, std::size_t>> read_currency(std::string_view text, std::size_t at) {
    for (const Sign &each : currency_signs) {
        if (!starts_with(text, at, each.sign)) continue;
        return std::pair{Measure{each.dimension, 1, Fraction(Natural(each.size))}, each.sign.size()};
    }
    return std::nullopt;
}

std::optional<std::pair<Measure, std::size_t>> read_per(std::string_view text, std::size_t at) {
    std::size_t start = skip_space(text, at);
    if (byte_at(text, start) == '/') {
        start = skip_space(text, start + 1);
    } else {
        const std::string_view word = letters_at(text, start);
        if (start == at || (!is_same_ignoring_case(word, "per") && !is_same_ignoring_case(word, "a") &&
                            !is_same_ignoring_case(word, "an") && !is_same_ignoring_case(word, "each"))) {
            return std::nullopt;
        }
        start = skip_space(text, start + word.size());
    }
    return read_measure(text, start);
}

std::optional<UnitRead> read_unit(std::string_view text, std::size_t at) {
    if (const auto currency = read_currency(text, at)) {
        const std::size_t end = at + currency->second;
        const auto per = read_per(text, end);
        return UnitRead{{currency->first, per ? std::optional(per->first) : std::nullopt}, per ? per->second : end};
    }
    constexpr std::string_view degree_sign = "°";
    if (starts_with(text, at, degree_sign)) {
        return UnitRead{{Measure{Dimension::degree}, std::nullopt}, at + degree_sign.size()};
    }
    const std::string_view word = letters_at(text, at);
    const bool is_mph = is_same_ignoring_case(word, "mph");
    if (is_mph || is_same_ignoring_case(word, "kph") || is_same_ignoring_case(word, "kmh")) {
        return UnitRead{{*find(is_mph ? "mile" : "km"), find("hour")}, at + word.size()};
    }
    // `a.m.`
    const char half = lowered(byte_at(text, at));
    if ((half == 'a' || half == 'p') && byte_at(text, at + 1) == '.' && lowered(byte_at(text, at + 2)) == 'm') {
        const Dimension dimension = half == 'a' ? Dimension::morning : Dimension::afternoon;
        return UnitRead{{Measure{dimension}, std::nullopt}, at + (byte_at(text, at + 3) == '.' ? 4 : 3)};
    }
    const auto measure = read_measure(text, at);
    if (!measure) return std::nullopt;
    const auto per = read_per(text, measure->second);
    return UnitRead{
        {measure->first, per ? std::optional(per->first) : std::nullopt}, per ? per->second : measure->second};
}

}  // namespace mathword
