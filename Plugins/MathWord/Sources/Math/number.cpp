#include "Math/number.hpp"

#include <algorithm>
#include <string>

#include "Math/characters.hpp"

namespace mathword {

namespace {

constexpr std::size_t most_digits = 1000;
constexpr long largest_exponent = 1000;

/// What digits, the place of the point among them and a power of ten spell.
Number decimal(std::string_view whole, std::string_view fraction, long exponent) {
    Number number;
    std::string digits = std::string(whole) + std::string(fraction);
    const std::size_t start = std::min(digits.find_first_not_of('0'), digits.size());
    digits.erase(0, start);
    if (digits.empty()) return number;
    const std::size_t end = digits.find_last_not_of('0') + 1;
    exponent += static_cast<long>(digits.size() - end) - static_cast<long>(fraction.size());
    digits.resize(end);
    if (digits.size() > most_digits || exponent > largest_exponent || exponent < -largest_exponent) {
        number.is_too_large = true;
        return number;
    }
    const Natural power = Natural::power_of_ten(static_cast<unsigned>(exponent < 0 ? -exponent : exponent));
    const Natural integer = Natural::from_digits(digits);
    number.value = exponent < 0 ? Fraction(integer, power) : Fraction(integer * power);
    return number;
}

/// The digits of a number with its separators taken out, and where it ends.
struct Literal {
    std::string whole;
    std::string_view fraction;
    /// Whether its one separator could be a point as well as a mark of thousands.
    bool is_ambiguous = false;
    bool is_plain = false;
    std::size_t end = 0;
};

/// Takes groups of three digits, each behind `separator`, as long as they follow.
std::size_t take_groups(std::string_view text, std::size_t at, char separator, std::string &digits) {
    std::size_t count = 0;
    while (byte_at(text, at) == separator) {
        const std::string_view group = digits_at(text, at + 1);
        if (group.size() != 3) break;
        digits += group;
        at += 4;
        count++;
    }
    return count;
}

/// Whether digits can stand before groups of three.
bool leads_groups(std::string_view digits) { return digits.size() <= 3 && digits.front() != '0'; }

Literal read_literal(std::string_view text, std::size_t at) {
    Literal literal;
    const std::string_view lead = digits_at(text, at);
    literal.whole = lead;
    literal.end = at + lead.size();
    if (lead.empty()) {
        literal.fraction = digits_at(text, at + 1);
        literal.end = at + 1 + literal.fraction.size();
        return literal;
    }
    const auto take_fraction = [&](char point) {
        const std::string_view digits = digits_at(text, literal.end + 1);
        if (byte_at(text, literal.end) != point || digits.empty()) return false;
        literal.fraction = digits;
        literal.end += 1 + digits.size();
        return true;
    };
    for (const char separator : {',', ' ', '\'', '.'}) {
        if (byte_at(text, literal.end) != separator || !leads_groups(lead)) continue;
        const std::size_t count = take_groups(text, literal.end, separator, literal.whole);
        if (count == 0) continue;
        const std::size_t end = literal.end + 4 * count;
        // `1,234,5` is no number, `1.234` a decimal unless a comma makes it `1.234,5`, and `5 100/3` has no group.
        const bool has_more = is_digit(byte_at(text, end + 1));
        const bool goes_on = byte_at(text, end) == separator && has_more && separator != ' ';
        const bool is_decimal = separator == '.' && count == 1 && !(byte_at(text, end) == ',' && has_more);
        if (goes_on || is_decimal || (separator == ' ' && byte_at(text, end) == '/')) {
            literal.whole = lead;
            continue;
        }
        literal.end = end;
        const bool has_fraction =
            take_fraction(separator == '.' ? ',' : '.') || (separator == ' ' && take_fraction(','));
        literal.is_ambiguous = separator == ',' && count == 1 && !has_fraction;
        return literal;
    }
    if (take_fraction('.')) {
        literal.is_ambiguous = literal.fraction.size() == 3 && leads_groups(lead);
        return literal;
    }
    // `3,5` is a decimal, `3,5,7` a list.
    const std::size_t behind = literal.end + 1 + digits_at(text, literal.end + 1).size();
    const bool is_list = byte_at(text, behind) == ',' && is_digit(byte_at(text, behind + 1));
    if (!is_list && take_fraction(',')) return literal;
    literal.is_plain = true;
    return literal;
}

/// The number that digits with a sign spell, if it is not beyond all use.
long read_exponent(std::string_view text, std::size_t &at) {
    const char sign = byte_at(text, at);
    if (sign == '-' || sign == '+') at++;
    const std::string_view digits = digits_at(text, at);
    at += digits.size();
    long exponent = 0;
    for (char digit : digits) exponent = std::min(exponent * 10 + (digit - '0'), 1'000'000L);
    return sign == '-' ? -exponent : exponent;
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
    while (byte_at(text, at) == ' ') at++;
    return at;
}

/// Takes `e3` or `* 10^3`; gives the power of ten.
long take_power_of_ten(std::string_view text, std::size_t &end) {
    if (lowered(byte_at(text, end)) == 'e') {
        const char next = byte_at(text, end + 1);
        const bool has_sign = next == '-' || next == '+';
        if (!is_digit(byte_at(text, end + (has_sign ? 2 : 1)))) return 0;
        end++;
        return read_exponent(text, end);
    }
    std::size_t at = skip_spaces(text, end);
    if (byte_at(text, at) != '*' && byte_at(text, at) != 'x') return 0;
    at = skip_spaces(text, at + 1);
    if (!starts_with(text, at, "10^")) return 0;
    at += 3;
    const char next = byte_at(text, at);
    if (!is_digit(byte_at(text, next == '-' || next == '+' ? at + 1 : at))) return 0;
    end = at;
    return read_exponent(text, end);
}

/// `/` and a denominator behind a plain number; the end moves behind it.
std::optional<Natural> take_denominator(std::string_view text, std::size_t &end) {
    std::size_t at = skip_spaces(text, end);
    if (byte_at(text, at) != '/') return std::nullopt;
    at = skip_spaces(text, at + 1);
    const std::string_view digits = digits_at(text, at);
    if (digits.empty() || digits.size() > most_digits || digits.find_first_not_of('0') == digits.npos) {
        return std::nullopt;
    }
    at += digits.size();
    // `1/2/2020` and `1/2.5` are no fractions.
    const char next = byte_at(text, at);
    if ((next == '/' || next == '.') && is_digit(byte_at(text, at + 1))) return std::nullopt;
    end = at;
    return Natural::from_digits(digits);
}

/// Makes a plain number the whole of a mixed one, or the numerator of a fraction, if what follows says so.
void take_fraction(std::string_view text, std::string_view digits, Number &number) {
    std::size_t end = number.end;
    if (const auto denominator = take_denominator(text, end)) {
        number.value = Fraction(Natural::from_digits(digits), *denominator);
        number.is_plain = false;
        number.end = end;
        return;
    }
    std::size_t at = number.end;
    if (starts_with(text, at, " and ")) {
        at += 5;
    } else if (byte_at(text, at) == ' ') {
        at++;
    } else {
        return;
    }
    const std::string_view numerator = digits_at(text, at);
    end = at + numerator.size();
    if (numerator.empty() || numerator.size() > most_digits) return;
    // The part behind the whole is less than one, or these are two numbers.
    const std::size_t slash = end;
    const auto denominator = take_denominator(text, end);
    if (!denominator) return;
    const std::string_view below = digits_at(text, skip_spaces(text, text.find('/', slash) + 1));
    if (numerator.size() > below.size() || (numerator.size() == below.size() && numerator >= below)) return;
    number.value = number.value + Fraction(Natural::from_digits(numerator), *denominator);
    number.is_plain = false;
    number.end = end;
}

struct Magnitude {
    std::string_view word;
    unsigned exponent;
};

constexpr Magnitude magnitudes[] = {
    {"hundred", 2}, {"thousand", 3}, {"million", 6}, {"billion", 9}, {"trillion", 12}};

void take_magnitude(std::string_view text, Number &number) {
    if (byte_at(text, number.end) != ' ') return;
    const std::string_view word = letters_at(text, number.end + 1);
    for (const Magnitude &magnitude : magnitudes) {
        if (!is_same_ignoring_case(word, magnitude.word)) continue;
        const Fraction size(Natural::power_of_ten(magnitude.exponent));
        number.value = number.value * size;
        if (number.other) number.other = *number.other * size;
        number.is_plain = false;
        number.end += 1 + word.size();
        return;
    }
}

}  // namespace

std::optional<Number> read_number(std::string_view text, std::size_t at) {
    const bool has_no_whole = byte_at(text, at) == '.' && is_digit(byte_at(text, at + 1));
    if (!is_digit(byte_at(text, at)) && !has_no_whole) return std::nullopt;
    const Literal literal = read_literal(text, at);
    std::size_t end = literal.end;
    const long exponent = take_power_of_ten(text, end);
    Number number = decimal(literal.whole, literal.fraction, exponent);
    if (literal.is_ambiguous && end == literal.end) {
        const std::string_view lead = digits_at(text, at);
        const std::string_view rest = digits_at(text, at + lead.size() + 1);
        number.other = literal.fraction.empty() ? decimal(lead, rest, 0).value
                                                : decimal(std::string(lead) + std::string(rest), "", 0).value;
    }
    number.is_plain = literal.is_plain && end == literal.end;
    number.end = end;
    if (number.is_plain && !number.is_too_large) take_fraction(text, digits_at(text, at), number);
    if (!number.is_too_large) take_magnitude(text, number);
    return number;
}

}  // namespace mathword
