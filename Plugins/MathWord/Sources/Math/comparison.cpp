#include "Math/comparison.hpp"

#include <optional>
#include <string>

#include "Math/answer.hpp"
#include "Math/characters.hpp"
#include "Math/quantity.hpp"

namespace mathword {

namespace {

/// Whether what stands in front of a number leaves it that number: words, but no operator and no command.
bool is_harmless_prefix(std::string_view text) {
    for (char byte : text) {
        if (!is_letter(byte) && std::string_view(" \n:'\"()[~,.").find(byte) == std::string_view::npos) return false;
    }
    return true;
}

/// Whether what follows a number leaves it that number: a label, but no other number and no operator.
bool is_harmless_suffix(std::string_view text) {
    return text.substr(0, text.find('(')).find_first_of("0123456789*+=^<>\\{}|") == std::string_view::npos;
}

/// The one quantity that a text is, with a label around it perhaps.
std::optional<Quantity> read(std::string_view text) {
    auto quantity = find_quantity(text, 0, Words::no);
    if (!quantity) quantity = find_quantity(text, 0, Words::yes);
    if (!quantity || !is_harmless_prefix(text.substr(0, quantity->start))) return std::nullopt;
    if (!is_harmless_suffix(text.substr(quantity->end))) return std::nullopt;
    return quantity;
}

bool is_same_kind(const Measure &one, const Measure &other) {
    return one.dimension == other.dimension && one.power == other.power;
}

/// Equal if the units are taken at their word; nothing if they are of different kinds.
std::optional<bool> equals_converted(
    const Fraction &one, const Unit &unit, const Fraction &other, const Unit &other_unit) {
    if (!is_same_kind(unit.measure, other_unit.measure)) return std::nullopt;
    Fraction left = one * unit.measure.size;
    Fraction right = other * other_unit.measure.size;
    // Where only one says per what, it is taken to be what was asked for.
    if (unit.per && other_unit.per) {
        if (!is_same_kind(*unit.per, *other_unit.per)) return std::nullopt;
        left = left / unit.per->size;
        right = right / other_unit.per->size;
    }
    return left == right;
}

Reason compare_values(const Quantity &answer, const Fraction &value, const Quantity &gold, const Fraction &gold_value) {
    const bool is_same_number = value == gold_value;
    if (answer.unit && gold.unit) {
        if (equals_converted(value, *answer.unit, gold_value, *gold.unit).value_or(false)) {
            return is_same_number ? Reason::equal : Reason::equal_converted;
        }
        return is_same_number ? Reason::unit_differs : Reason::differ;
    }
    if (answer.scale && gold.scale) {
        const bool is_same = value * *answer.scale == gold_value * *gold.scale;
        if (is_same) return is_same_number ? Reason::equal : Reason::equal_scaled;
        return is_same_number ? Reason::unit_differs : Reason::differ;
    }
    if (is_same_number) return Reason::equal;
    const Fraction one(Natural(1));
    const Fraction scaled = value * answer.scale.value_or(one);
    const Fraction scaled_gold = gold_value * gold.scale.value_or(one);
    return scaled == scaled_gold ? Reason::equal_scaled : Reason::differ;
}

bool is_ok(Reason reason) { return reason <= Reason::same_text; }

/// With the other reading of an ambiguous number the verdict would be another.
bool depends_on_reading(const Quantity &answer, const Quantity &gold) {
    return (answer.other && is_ok(compare_values(answer, *answer.other, gold, gold.value))) ||
           (gold.other && is_ok(compare_values(answer, answer.value, gold, *gold.other)));
}

/// Words compared without regard to case, spaces and punctuation around them.
std::string folded(std::string_view text) {
    std::string out;
    for (char byte : text) {
        if (!is_space(byte)) out += lowered(byte);
    }
    return std::string(trimmed(out, ".,;:!\"'"));
}

Reason reason(std::string_view answer, std::string_view gold) {
    if (gold.empty()) return Reason::no_gold;
    if (answer.empty()) return Reason::no_answer;
    const auto gold_quantity = read(gold);
    const auto quantity = read(answer);
    if (!gold_quantity || !quantity || gold_quantity->is_too_large || quantity->is_too_large) {
        if (folded(answer) == folded(gold)) return Reason::same_text;
        if (!gold_quantity) return Reason::gold_unreadable;
        if (gold_quantity->is_too_large) return Reason::gold_too_large;
        return quantity ? Reason::answer_too_large : Reason::answer_unreadable;
    }
    const Reason reason = compare_values(*quantity, quantity->value, *gold_quantity, gold_quantity->value);
    if (!is_ok(reason) && depends_on_reading(*quantity, *gold_quantity)) return Reason::ambiguous;
    return reason;
}

}  // namespace

const char *name(Reason reason) {
    switch (reason) {
        case Reason::equal: return "equal";
        case Reason::equal_converted: return "equal_converted";
        case Reason::equal_scaled: return "equal_scaled";
        case Reason::same_text: return "same_text";
        case Reason::differ: return "differ";
        case Reason::unit_differs: return "unit_differs";
        case Reason::no_answer: return "no_answer";
        case Reason::answer_unreadable: return "answer_unreadable";
        case Reason::answer_too_large: return "answer_too_large";
        case Reason::no_gold: return "no_gold";
        case Reason::gold_unreadable: return "gold_unreadable";
        case Reason::gold_too_large: return "gold_too_large";
        case Reason::ambiguous: break;
    }
    return "ambiguous";
}

const char *verdict(Reason reason) {
    if (is_ok(reason)) return "ok";
    return reason <= Reason::answer_too_large ? "wrong" : "undecidable";
}

Comparison compare(std::string_view answer, std::string_view gold) {
    Comparison comparison{Reason::no_gold, stated_answer(answer), stated_answer(gold)};
    comparison.reason = reason(comparison.answer, comparison.gold);
    return comparison;
}

}  // namespace mathword
