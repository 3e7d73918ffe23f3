#include "Math/number_words.hpp"

#include "Math/characters.hpp"

namespace mathword {

namespace {

struct NumberWord {
    std::string_view word;
    unsigned value;
};

constexpr NumberWord small_words[] = {
    {"zero", 0},     {"one", 1},       {"two", 2},       {"three", 3},    {"four", 4},      {"five", 5},
    {"six", 6},      {"seven", 7},     {"eight", 8},     {"nine", 9},     {"ten", 10},      {"eleven", 11},
    {"twelve", 12},  {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15}, {"sixteen", 16},  {"seventeen", 17},
    {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},  {"thirty", 30},  {"forty", 40},    {"fifty", 50},
    {"sixty", 60},   {"seventy", 70},  {"eighty", 80},   {"ninety", 90}};

constexpr NumberWord large_words[] = {{"thousand", 1'000}, {"million", 1'000'000}, {"billion", 1'000'000'000}};

constexpr NumberWord fraction_words[] = {
    {"half", 2},   {"halves", 2}, {"third", 3}, {"thirds", 3}, {"quarter", 4}, {"quarters", 4}, {"fourth", 4},
    {"fourths", 4}, {"fifth", 5}, {"fifths", 5}, {"sixth", 6}, {"sixths", 6},  {"eighth", 8},   {"eighths", 8},
    {"tenth", 10}, {"tenths", 10}};

template <std::size_t size>
std::optional<unsigned> find(const NumberWord (&words)[size], std::string_view word) {
    for (const NumberWord &each : words) {
        if (is_same_ignoring_case(word, each.word)) return each.value;
    }
    return std::nullopt;
}

/// The word behind a space or a hyphen.
std::string_view next_word(std::string_view text, std::size_t at) {
    const char before = byte_at(text, at);
    return before == ' ' || before == '-' ? letters_at(text, at + 1) : std::string_view();
}

/// A fraction's word behind a small number: `thirds` behind `two`.
std::optional<WordNumber> take_fraction(std::string_view text, std::size_t at, unsigned numerator) {
    const std::string_view word = next_word(text, at);
    const auto denominator = find(fraction_words, word);
    if (!denominator) return std::nullopt;
    return WordNumber{Fraction(Natural(numerator), Natural(*denominator)), at + 1 + word.size()};
}

/// `a half`, `one third`, `three quarters`.
std::optional<WordNumber> read_fraction_words(std::string_view text, std::size_t at) {
    const std::string_view word = letters_at(text, at);
    if (is_same_ignoring_case(word, "half")) return WordNumber{Fraction(Natural(1), Natural(2)), at + word.size()};
    const bool is_article = is_same_ignoring_case(word, "a") || is_same_ignoring_case(word, "an");
    const auto numerator = is_article ? std::optional(1u) : find(small_words, word);
    if (!numerator || *numerator == 0) return std::nullopt;
    return take_fraction(text, at + word.size(), *numerator);
}

/// Whole numbers, word by word: `two hundred and six thousand`.
class WholeReader {
public:
    WholeReader(std::string_view text, std::size_t at) : text_(text), end_(at) {}

    std::optional<WordNumber> read() {
        std::size_t at = end_;
        std::string_view word = letters_at(text_, at);
        if (!take(word)) return std::nullopt;
        end_ = at + word.size();
        while (true) {
            at = end_;
            word = next_word(text_, at);
            if (is_same_ignoring_case(word, "and") && is_after_large_) {
                at += 1 + word.size();
                word = next_word(text_, at);
                if (!find(small_words, word)) break;
            }
            if (word.empty() || !is_number_word(word)) break;
            if (!take(word)) return std::nullopt;
            end_ = at + 1 + word.size();
        }
        return WordNumber{Fraction(Natural(total_ + group_)), end_};
    }

private:
    static bool is_number_word(std::string_view word) {
        return find(small_words, word) || find(large_words, word) || is_same_ignoring_case(word, "hundred");
    }

    /// Adds a word; false where it cannot stand.
    bool take(std::string_view word) {
        if (const auto value = find(small_words, word)) {
            // Behind `twenty` a unit, behind `hundred` anything below it, behind `thousand` anything.
            if (*value >= room_) return false;
            group_ += *value;
            room_ = *value >= 20 ? 10 : 0;
            is_after_large_ = false;
            return true;
        }
        if (is_same_ignoring_case(word, "hundred")) {
            if (group_ == 0 || group_ >= 100) return false;
            group_ *= 100;
            room_ = 100;
            is_after_large_ = true;
            return true;
        }
        const auto size = find(large_words, word);
        if (!size || group_ == 0 || *size >= largest_allowed_) return false;
        total_ += std::uint64_t{group_} * *size;
        group_ = 0;
        room_ = 100;
        largest_allowed_ = *size;
        is_after_large_ = true;
        return true;
    }

    std::string_view text_;
    std::size_t end_;
    std::uint64_t total_ = 0;
    unsigned group_ = 0;
    /// The next small word must be below this.
    unsigned room_ = 100;
    std::uint64_t largest_allowed_ = UINT64_MAX;
    bool is_after_large_ = false;
};

}  // namespace

std::optional<WordNumber> read_number_words(std::string_view text, std::size_t at) {
    if (const auto fraction = read_fraction_words(text, at)) return fraction;
    auto whole = WholeReader(text, at).read();
    if (!whole) return std::nullopt;
    if (const auto more = read_half_more(text, whole->end)) return WordNumber{whole->value + more->value, more->end};
    return whole;
}

std::optional<WordNumber> read_half_more(std::string_view text, std::size_t at) {
    constexpr std::string_view joint = " and ";
    return starts_with(text, at, joint) ? read_fraction_words(text, at + joint.size()) : std::nullopt;
}

}  // namespace mathword
