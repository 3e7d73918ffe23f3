#include "Math/quantity.hpp"

#include <algorithm>

#include "Math/characters.hpp"
#include "Math/number.hpp"
#include "Math/number_words.hpp"

namespace mathword {

namespace {

/// Parts of `1 day 2 hours 3 minutes 4 seconds`. More are not added up, so that a fraction cannot grow without end.
constexpr int most_parts = 4;

std::size_t skip_space(std::string_view text, std::size_t at) { return byte_at(text, at) == ' ' ? at + 1 : at; }

bool is_negative_word(std::string_view word) {
    return is_same_ignoring_case(word, "minus") || is_same_ignoring_case(word, "negative");
}

/// Whether a sign at a position is that of a number, and not one between two.
bool can_be_sign(std::string_view text, std::size_t at) {
    const char before = at > 0 ? text[at - 1] : '\0';
    return !is_alphanumeric(before) && before != ')' && before != '}';
}

class Reader {
public:
    Reader(std::string_view text, std::size_t at, Words words) : text_(text), at_(at), words_(words) {
        quantity_.start = at;
    }

    std::optional<Quantity> read() {
        bool is_negative = take_sign();
        const auto currency = read_currency(text_, at_);
        if (currency) {
            at_ += currency->second;
            has_gap_ = byte_at(text_, at_) == ' ';
            at_ = skip_space(text_, at_);
            if (!is_negative && byte_at(text_, at_) == '-') is_negative = take_sign();
        }
        if (!take_number()) return std::nullopt;
        take_thousand_letter();
        take_scale();
        take_unit(currency);
        add_parts();
        quantity_.is_glued = is_glued();
        quantity_.end = at_;
        if (is_negative) {
            quantity_.value = quantity_.value.negated();
            if (quantity_.other) quantity_.other = quantity_.other->negated();
        }
        return std::move(quantity_);
    }

private:
    /// Whether it is a minus.
    bool take_sign() {
        const char sign = byte_at(text_, at_);
        if ((sign == '-' || sign == '+') && can_be_sign(text_, at_)) {
            at_++;
            return sign == '-';
        }
        const std::string_view word = letters_at(text_, at_);
        if (!is_negative_word(word) || byte_at(text_, at_ + word.size()) != ' ') return false;
        at_ += word.size() + 1;
        return true;
    }

    bool take_number() {
        if (auto number = read_number(text_, at_)) {
            quantity_.value = number->value;
            quantity_.other = number->other;
            quantity_.is_too_large = number->is_too_large;
            at_ = number->end;
            const auto more = number->is_plain ? read_half_more(text_, at_) : std::nullopt;
            if (more) {
                quantity_.value = quantity_.value + more->value;
                at_ = more->end;
            }
            return true;
        }
        if (words_ == Words::no) return false;
        const std::string_view word = letters_at(text_, at_);
        // `a dozen`
        if (is_same_ignoring_case(word, "a") && is_same_ignoring_case(letters_at(text_, at_ + 2), "dozen")) {
            quantity_.value = Fraction(Natural(1));
            at_++;
            return true;
        }
        const auto number = read_number_words(text_, at_);
        if (!number) return false;
        quantity_.value = number->value;
        at_ = number->end;
        return true;
    }

    /// `5k`, but not `5kg`.
    void take_thousand_letter() {
        if (lowered(byte_at(text_, at_)) != 'k' || is_alphanumeric(byte_at(text_, at_ + 1))) return;
        if (at_ == 0 || !is_digit(text_[at_ - 1])) return;
        quantity_.value = quantity_.value * Fraction(Natural(1000));
        quantity_.other.reset();
        at_++;
    }

    void take_scale() {
        const std::size_t start = skip_space(text_, at_);
        if (byte_at(text_, start) == '%') {
            at_ = start + 1;
            quantity_.scale = Fraction(Natural(1), Natural(100));
            return;
        }
        if (start == at_) return;
        std::string_view word = letters_at(text_, start);
        const bool is_per_cent = is_same_ignoring_case(word, "per") &&
                                 is_same_ignoring_case(letters_at(text_, start + 4), "cent");
        if (is_per_cent) word = text_.substr(start, 8);
        if (is_per_cent || is_same_ignoring_case(word, "percent")) {
            quantity_.scale = Fraction(Natural(1), Natural(100));
        } else if (is_same_ignoring_case(word, "dozen")) {
            quantity_.scale = Fraction(Natural(12));
        } else {
            return;
        }
        at_ = start + word.size();
    }

    void take_unit(const std::optional<std::pair<Measure, std::size_t>> &currency) {
        if (currency) {
            // `$18$` and `$ 18 $` are formulas and no money.
            const std::size_t behind = has_gap_ ? skip_space(text_, at_) : at_;
            if (starts_with(text_, quantity_.start, "$") && byte_at(text_, behind) == '$') {
                at_ = behind + 1;
            } else {
                const auto per = read_per(text_, at_);
                quantity_.unit = Unit{currency->first, per ? std::optional(per->first) : std::nullopt};
                if (per) at_ = per->second;
                // `$18 dollars`
                const auto named = per ? std::nullopt : read_unit(text_, skip_space(text_, at_));
                if (named && named->unit.measure.dimension == currency->first.dimension) {
                    quantity_.unit = named->unit;
                    at_ = named->end;
                }
                return;
            }
        }
        std::size_t start = skip_space(text_, at_);
        // `5-hour`
        if (start == at_ && byte_at(text_, at_) == '-' && is_letter(byte_at(text_, at_ + 1))) start++;
        const auto unit = read_unit(text_, start);
        if (!unit || is_alphanumeric(byte_at(text_, unit->end))) return;
        quantity_.unit = unit->unit;
        at_ = unit->end;
    }

    /// Adds ` 3 inches` and ` and 20 cents` to what is counted in another unit of the same kind.
    void add_parts() {
        if (!quantity_.unit || quantity_.unit->per || quantity_.is_too_large) return;
        const Measure whole = quantity_.unit->measure;
        Fraction last_size = whole.size;
        for (int count = 1; count < most_parts && whole.power == 1; count++) {
            std::size_t start = byte_at(text_, at_) == ',' ? at_ + 1 : at_;
            if (byte_at(text_, start) != ' ') return;
            start += starts_with(text_, start, " and ") ? 5 : 1;
            const auto currency = read_currency(text_, start);
            const auto number = read_number(text_, currency ? start + currency->second : start);
            if (!number || number->is_too_large) return;
            const auto unit = currency ? UnitRead{{currency->first, std::nullopt}, number->end}
                                       : read_unit(text_, skip_space(text_, number->end));
            if (!unit || unit->unit.per || is_alphanumeric(byte_at(text_, unit->end))) return;
            const Measure &part = unit->unit.measure;
            // `5 feet 5 feet` are two quantities.
            if (part.dimension != whole.dimension || part.power != 1 || part.size == last_size) return;
            quantity_.value = quantity_.value + number->value * part.size / whole.size;
            quantity_.other.reset();
            last_size = part.size;
            at_ = unit->end;
        }
    }

    static bool is_ordinal(std::string_view letters) {
        for (const std::string_view ending : {"st", "nd", "rd", "th"}) {
            if (is_same_ignoring_case(letters, ending)) return true;
        }
        return false;
    }

    bool is_glued() const {
        const char before = at_ > 0 ? text_[at_ - 1] : '\0';
        const char next = byte_at(text_, at_);
        const char behind = byte_at(text_, at_ + 1);
        if (is_letter(next) && is_digit(before)) return !is_ordinal(letters_at(text_, at_));
        switch (next) {
            case '^':
            case '_':
            case '\\':
            case '{':
            case '(': return true;
            case ':':
            case '.':
            case ',':
            case '-':
            case '/': return is_digit(behind);
            default: return static_cast<unsigned char>(next) >= 0x80 && is_digit(before);
        }
    }

    std::string_view text_;
    std::size_t at_;
    Words words_;
    /// Between the sign of a currency and the number.
    bool has_gap_ = false;
    Quantity quantity_;
};

/// Whether a quantity can begin with the byte at a position, going by what stands in front of it.
bool can_start(std::string_view text, std::size_t at) {
    const char byte = text[at];
    const char before = at > 0 ? text[at - 1] : '\0';
    if (is_digit(byte) || byte == '.') return before != '^' && before != '.';
    return byte == '-' || byte == '+' || read_currency(text, at).has_value();
}

/// The end of a word, or of a run of bytes without a gap.
std::size_t end_of_word(std::string_view text, std::size_t at) {
    while (is_alphanumeric(byte_at(text, at)) || byte_at(text, at) == '_') at++;
    return at;
}

std::size_t end_of_run(std::string_view text, std::size_t at, std::size_t limit) {
    while (at < limit && !is_space(text[at])) at++;
    return at;
}

}  // namespace

std::optional<Quantity> read_quantity(std::string_view text, std::size_t at, Words words) {
    return Reader(text, at, words).read();
}

std::optional<Quantity> find_quantity(std::string_view text, std::size_t from, Words words, std::size_t before) {
    const std::size_t limit = std::min(before, text.size());
    std::size_t at = from;
    while (at < limit) {
        const bool is_word = is_letter(text[at]);
        const bool is_candidate = !is_word ? can_start(text, at)
                                           : words == Words::yes || is_negative_word(letters_at(text, at));
        auto quantity = is_candidate ? read_quantity(text, at, words) : std::nullopt;
        if (quantity && !quantity->is_glued) return quantity;
        if (quantity) {
            at = end_of_run(text, quantity->end, limit);
        } else if (is_word) {
            // Neither does a number begin within a word: `x2`.
            at = end_of_word(text, at);
        } else if (text[at] == '\\') {
            // Nor within a LaTeX command or what is in its braces: `\\sqrt{2}`.
            at = end_of_run(text, at, limit);
        } else {
            at++;
        }
    }
    return std::nullopt;
}

}  // namespace mathword
