#include "Math/statements.hpp"

#include <algorithm>
#include <vector>

#include "Math/characters.hpp"
#include "Math/plain_text.hpp"
#include "Math/quantity.hpp"

namespace mathword {

namespace {

/// How far behind the word `answer` its `is` may stand, and how far behind that the number.
constexpr std::size_t longest_joint = 60;
constexpr std::size_t longest_clause = 120;

/// Whether a line behind `####` is a heading of Markdown that is numbered: `1. Find the total`.
bool is_numbered_heading(std::string_view content) {
    const std::size_t digits = digits_at(content, 0).size();
    const char next = byte_at(content, digits);
    return digits > 0 && (next == '.' || next == ')') && byte_at(content, digits + 1) == ' ' &&
           is_letter(byte_at(content, digits + 2));
}

}  // namespace

std::string_view undecorated(std::string_view text) {
    text = trimmed(text, " \n*_\"=:~");
    if (text.size() > 2 && text.front() == '$' && text.back() == '$') text = text.substr(1, text.size() - 2);
    while (!text.empty() && (text.back() == '.' || text.back() == ',' || text.back() == ';')) {
        text.remove_suffix(1);
        text = trimmed(text, " \n*_\"");
    }
    return text;
}

std::string_view result_of(std::string_view text) {
    const std::size_t equals = text.rfind('=');
    const std::string_view result = equals == text.npos ? text : text.substr(equals + 1);
    return undecorated(undecorated(result).empty() ? text : result);
}

// ---- `#### 18` ----------------------------------------------------------------------------------------------------

std::optional<Statement> last_marker(std::string_view text) {
    std::optional<Statement> last;
    const std::size_t last_ink = text.find_last_not_of(" \n");
    std::size_t line_end = 0;
    for (std::size_t at = text.find(marker); at != text.npos; at = text.find(marker, at)) {
        at += marker.size();
        if (line_end < at) line_end = std::min(text.find('\n', at), text.size());
        if (byte_at(text, at) == '#') {
            at = std::min(text.find_first_not_of('#', at), text.size());
            continue;
        }
        // Up to the next marker, so that each byte is looked at once.
        const std::size_t end = std::min(text.substr(0, line_end).find(marker, at), line_end);
        const std::string_view content = result_of(text.substr(at, end - at));
        if (content.empty()) continue;
        const auto quantity = find_quantity(content, 0, Words::yes);
        const bool is_value = quantity && quantity->start == 0 && !is_numbered_heading(content);
        // What is no number is an answer where nothing follows it, and a heading elsewhere.
        if (is_value || last_ink < end) last = Statement{Form::marker, at, content};
    }
    return last;
}

// ---- `\boxed{18}` -------------------------------------------------------------------------------------------------

Boxes find_boxes(std::string_view text) {
    struct Open {
        std::size_t start;
        /// Bytes that are not blank, up to here.
        std::size_t inked;
    };
    Boxes boxes;
    std::vector<Open> open;
    std::size_t inked = 0;
    for (std::size_t at = 0; at < text.size(); at++) {
        if (text[at] == box_start) {
            open.push_back({at + 1, inked});
        } else if (text[at] == box_end && !open.empty()) {
            const Open box = open.back();
            open.pop_back();
            if (inked > box.inked && (!boxes.last || boxes.last->start < box.start)) {
                boxes.last = Statement{Form::boxed, box.start, text.substr(box.start, at - box.start)};
            }
        } else if (!is_space(text[at])) {
            inked++;
        }
    }
    if (boxes.last) boxes.last->text = result_of(boxes.last->text);
    boxes.is_cut_off = !open.empty();
    return boxes;
}

// ---- `The answer is 18` -------------------------------------------------------------------------------------------

namespace {

bool ends_clause(std::string_view text, std::size_t at) {
    const char byte = byte_at(text, at);
    if (byte == '.') return !is_digit(byte_at(text, at + 1));
    return byte == '\0' || byte == '\n' || byte == ';' || byte == '!' || byte == '?' || byte == box_start;
}

/// Where the value begins: behind the `is`, `:` or `=` that follows the word `answer`, or on the next line where
/// nothing follows it, as under a heading.
std::optional<std::size_t> behind_joint(std::string_view text, std::size_t at) {
    const std::size_t end = std::min(text.size(), at + longest_joint);
    bool is_heading = true;
    while (at < end) {
        const char byte = text[at];
        if (byte == ':' || byte == '=') return at + 1;
        if (byte == '\n') return is_heading ? std::optional(at + 1) : std::nullopt;
        if (ends_clause(text, at)) return std::nullopt;
        const std::string_view word = letters_at(text, at);
        for (const std::string_view joint : {"is", "are", "was", "be", "equals"}) {
            if (is_same_ignoring_case(word, joint)) return at + word.size();
        }
        if (byte != ' ' && byte != '*' && byte != '#') is_heading = false;
        at += std::max<std::size_t>(word.size(), 1);
    }
    return std::nullopt;
}

/// The quantity behind the last `=` of a calculation that begins at a position, as in `3 * 4 = 12 because`.
std::optional<Quantity> result_of_calculation(std::string_view text, std::size_t at) {
    std::size_t equals = text.npos;
    for (; at < text.size(); at++) {
        const char byte = text[at];
        if (byte == '=') equals = at;
        const bool belongs = is_digit(byte) || std::string_view(" .,+-*/()=$%xX").find(byte) != std::string_view::npos;
        if (!belongs) break;
    }
    if (equals == text.npos) return std::nullopt;
    return find_quantity(text, equals + 1, Words::no, equals + longest_clause);
}

std::optional<Statement> phrase_at(std::string_view text, std::size_t behind_word) {
    const auto joint = behind_joint(text, behind_word);
    if (!joint) return std::nullopt;
    std::size_t start = *joint;
    const std::string_view decoration = " \n*_\":=~";
    while (start < text.size() && decoration.find(text[start]) != decoration.npos) start++;
    if (is_same_ignoring_case(letters_at(text, start), "not")) return std::nullopt;
    std::size_t end = start;
    while (end < start + longest_clause && !ends_clause(text, end)) end++;
    // In words only where they come first: `one of the 5` is a number nowhere else.
    auto quantity = read_quantity(text, start, Words::yes);
    if (!quantity || quantity->is_glued) quantity = find_quantity(text, start, Words::no, end);
    if (!quantity) return std::nullopt;
    if (auto result = result_of_calculation(text, quantity->start)) quantity = result;
    return Statement{
        Form::phrase, quantity->start, text.substr(quantity->start, quantity->end - quantity->start)};
}

}  // namespace

// Looks from the end, and at each `answer` only so far.
std::optional<Statement> last_phrase(std::string_view text) {
    constexpr std::string_view word = "answer";
    for (std::size_t at = text.size(); at-- > 0;) {
        if (lowered(text[at]) != 'a' || !is_same_ignoring_case(text.substr(at, word.size()), word)) continue;
        std::size_t end = at + word.size();
        if (lowered(byte_at(text, end)) == 's') end++;
        if (is_alphanumeric(byte_at(text, end)) || (at > 0 && is_alphanumeric(text[at - 1]))) continue;
        if (auto statement = phrase_at(text, end)) return statement;
    }
    return std::nullopt;
}

// ---- the last number ----------------------------------------------------------------------------------------------

std::optional<Statement> last_number(std::string_view text) {
    // Line by line from the end, so that no more is read than has to be.
    std::size_t end = text.size();
    while (end > 0) {
        const std::size_t line_end = text.rfind('\n', end - 1);
        const std::size_t start = line_end == text.npos ? 0 : line_end + 1;
        std::optional<Quantity> last;
        for (auto found = find_quantity(text.substr(0, end), start, Words::no); found;
             found = find_quantity(text.substr(0, end), found->end, Words::no)) {
            last = found;
        }
        if (last) return Statement{Form::last_number, last->start, text.substr(last->start, last->end - last->start)};
        end = start > 0 ? start - 1 : 0;
    }
    return std::nullopt;
}

}  // namespace mathword
