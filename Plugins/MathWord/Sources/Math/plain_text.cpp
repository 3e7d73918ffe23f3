#include "Math/plain_text.hpp"

#include "Math/characters.hpp"

namespace mathword {

namespace {

struct Replacement {
    std::string_view from;
    std::string_view to;
};

/// Characters outside of ASCII. A fraction gets a space in front behind a digit: it is the part of a mixed number.
constexpr Replacement characters[] = {
    {"\u00A0", " "}, {"\u2002", " "}, {"\u2003", " "}, {"\u2007", " "}, {"\u2009", " "}, {"\u200A", " "},
    {"\u202F", " "}, {"\u3000", " "}, {"\u00AD", ""},  {"\u200B", ""},  {"\u2060", ""},  {"\uFEFF", ""},
    {"\u2010", "-"}, {"\u2011", "-"}, {"\u2012", "-"}, {"\u2013", "-"}, {"\u2212", "-"}, {"\u2014", " - "},
    {"×", "*"},      {"·", "*"},      {"\u22C5", "*"}, {"÷", "/"},      {"\u2044", "/"}, {"\u2215", "/"},
    {"²", "^2"},     {"³", "^3"},     {"≈", "~"},      {"％", "%"},     {"＄", "$"},     {"\u2019", "'"},
    {"\u201C", "\""}, {"\u201D", "\""}, {"\u2026", "..."}, {"\u3002", ". "},
    {"½", "1/2"},    {"⅓", "1/3"},    {"⅔", "2/3"},    {"¼", "1/4"},    {"¾", "3/4"},    {"⅕", "1/5"},
    {"⅖", "2/5"},    {"⅗", "3/5"},    {"⅘", "4/5"},    {"⅙", "1/6"},    {"⅚", "5/6"},    {"⅛", "1/8"},
    {"⅜", "3/8"},    {"⅝", "5/8"},    {"⅞", "7/8"}};

/// LaTeX commands that are a character.
constexpr Replacement symbols[] = {
    {"times", "*"}, {"cdot", "*"}, {"div", "/"},  {"approx", "~"}, {"left", ""},   {"right", ""}, {"displaystyle", ""},
    {"textstyle", ""}, {"quad", " "}, {"qquad", " "}, {"pounds", "£"}, {"euro", "€"}, {"circ", "°"}, {"degree", "°"}};

/// LaTeX commands whose braces hold words.
constexpr std::string_view wrappers[] = {"text", "textbf", "textit", "mathrm", "mathbf", "mbox", "emph", "textrm"};

constexpr std::string_view boxes[] = {"boxed", "fbox"};
constexpr std::string_view fractions[] = {"frac", "dfrac", "tfrac", "cfrac"};

template <std::size_t size>
bool is_one_of(const std::string_view (&words)[size], std::string_view word) {
    for (std::string_view each : words) {
        if (each == word) return true;
    }
    return false;
}

class Undresser {
public:
    explicit Undresser(std::string_view text) : text_(text) { out_.reserve(text.size()); }

    std::string run() {
        while (at_ < text_.size()) step();
        return std::move(out_);
    }

private:
    /// What the end of a pair of braces becomes.
    enum class Brace : char { kept, dropped, box };

    void step() {
        const char byte = text_[at_];
        switch (byte) {
            case '\\': command(); return;
            case '{':
                if (starts_with(text_, at_, "{,}")) return replace(3, ",");
                open(Brace::kept, 1, "{");
                return;
            case '}': close(); return;
            case '^': exponent(); return;
            case '*':
                if (starts_with(text_, at_, "**")) return stars();
                break;
            case '_':
                if (starts_with(text_, at_, "__")) return replace(2, " ");
                break;
            case '$':
                if (starts_with(text_, at_, "$$")) return replace(2, " ");
                break;
            case '`': return replace(1, " ");
            case '\r': return replace(1, "");
            default:
                if (static_cast<unsigned char>(byte) >= 0x80) return other_character();
                if (static_cast<unsigned char>(byte) < ' ' && byte != '\n') return replace(1, " ");
        }
        out_ += byte;
        at_++;
    }

    void replace(std::size_t length, std::string_view with) {
        out_ += with;
        at_ += length;
    }

    char last() const { return out_.empty() ? '\0' : out_.back(); }

    void open(Brace brace, std::size_t length, std::string_view with) {
        braces_ += static_cast<char>(brace);
        replace(length, with);
    }

    void close() {
        at_++;
        const Brace brace = braces_.empty() ? Brace::kept : static_cast<Brace>(braces_.back());
        if (!braces_.empty()) braces_.pop_back();
        if (brace == Brace::kept) out_ += '}';
        if (brace == Brace::box) out_ += box_end;
    }

    /// Bold, or the power of some programming languages.
    void stars() {
        const char next = byte_at(text_, at_ + 2);
        const bool is_power = (is_alphanumeric(last()) || last() == ')') && (is_digit(next) || next == '(');
        replace(2, is_power ? "^" : " ");
    }

    /// `^{2}` becomes `^2`.
    void exponent() {
        std::size_t end = at_ + 2;
        if (byte_at(text_, end) == '-') end++;
        end += digits_at(text_, end).size();
        if (byte_at(text_, at_ + 1) == '{' && byte_at(text_, end) == '}' && is_digit(byte_at(text_, end - 1))) {
            out_ += '^';
            out_ += text_.substr(at_ + 2, end - at_ - 2);
            at_ = end + 1;
        } else if (starts_with(text_, at_, "^\\circ")) {
            replace(6, "°");
        } else if (starts_with(text_, at_, "^{\\circ}")) {
            replace(8, "°");
        } else {
            replace(1, "^");
        }
    }

    void other_character() {
        for (const Replacement &each : characters) {
            if (each.from[0] != text_[at_] || !starts_with(text_, at_, each.from)) continue;
            const bool is_part = each.to.size() == 3 && is_digit(each.to[0]) && is_digit(last());
            if (is_part) out_ += ' ';
            return replace(each.from.size(), each.to);
        }
        // The digits of East Asian typography, U+FF10 to U+FF19.
        if (starts_with(text_, at_, "\xEF\xBC")) {
            const auto byte = static_cast<unsigned char>(byte_at(text_, at_ + 2));
            if (byte >= 0x90 && byte <= 0x99) {
                const char digit = static_cast<char>(byte - 0x90 + '0');
                return replace(3, std::string_view(&digit, 1));
            }
        }
        replace(1, text_.substr(at_, 1));
    }

    void command() {
        const char next = byte_at(text_, at_ + 1);
        switch (next) {
            case '$':
            case '%':
            case '&':
            case '#':
            case '_': return replace(2, std::string_view(&next, 1));
            case ',':
            case ';':
            case ':':
            case ' ':
            case '(':
            case ')':
            case '[':
            case ']': return replace(2, " ");
            case '!': return replace(2, "");
            case '{':
            case '}':
            case '\\':
                // Not a brace that groups.
                return replace(2, text_.substr(at_, 2));
            default: break;
        }
        const std::string_view name = letters_at(text_, at_ + 1);
        const std::size_t end = at_ + 1 + name.size();
        const bool has_brace = byte_at(text_, end) == '{';
        const std::size_t length = name.size() + 2;
        if (has_brace && is_one_of(boxes, name)) return open(Brace::box, length, std::string_view(&box_start, 1));
        if (has_brace && is_one_of(wrappers, name)) return open(Brace::dropped, length, " ");
        if (is_one_of(fractions, name) && fraction(end)) return;
        for (const Replacement &symbol : symbols) {
            if (name == symbol.from) return replace(name.size() + 1, symbol.to);
        }
        replace(name.size() + 1, text_.substr(at_, name.size() + 1));
    }

    /// `{3}{4}` and `34` behind `\frac` become `3/4`; anything else stays.
    bool fraction(std::size_t at) {
        std::string_view parts[2];
        for (std::string_view &part : parts) {
            if (byte_at(text_, at) == '{') {
                part = digits_at(text_, at + 1);
                at += part.size() + 1;
                if (byte_at(text_, at) != '}') return false;
                at++;
            } else {
                part = digits_at(text_, at).substr(0, 1);
                at += part.size();
            }
            if (part.empty()) return false;
        }
        if (is_digit(last())) out_ += ' ';
        out_ += parts[0];
        out_ += '/';
        out_ += parts[1];
        at_ = at;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
    /// The braces that are open, a byte each.
    std::string braces_;
};

}  // namespace

std::string plain_text(std::string_view text) { return Undresser(text).run(); }

}  // namespace mathword
