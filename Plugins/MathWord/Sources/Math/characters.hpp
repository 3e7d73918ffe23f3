// Questions about single bytes of UTF-8 text. Bytes of other characters than ASCII are none of these.
#pragma once

#include <string_view>

namespace mathword {

inline bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
inline char lowered(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte; }
inline bool is_letter(char byte) { return lowered(byte) >= 'a' && lowered(byte) <= 'z'; }
inline bool is_alphanumeric(char byte) { return is_digit(byte) || is_letter(byte); }
inline bool is_space(char byte) { return byte == ' ' || byte == '\n'; }

/// The byte at a position; NUL before the start and behind the end.
inline char byte_at(std::string_view text, std::size_t at) { return at < text.size() ? text[at] : '\0'; }

inline bool starts_with(std::string_view text, std::size_t at, std::string_view word) {
    return at <= text.size() && text.substr(at, word.size()) == word;
}

/// The run of digits at a position; may be empty.
inline std::string_view digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (is_digit(byte_at(text, end))) end++;
    return text.substr(at < text.size() ? at : text.size(), end - at);
}

/// The run of letters at a position; may be empty.
inline std::string_view letters_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (is_letter(byte_at(text, end))) end++;
    return text.substr(at < text.size() ? at : text.size(), end - at);
}

inline std::string_view trimmed(std::string_view text, std::string_view what = " \n") {
    const std::size_t start = text.find_first_not_of(what);
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(what) - start + 1);
}

inline bool is_same_ignoring_case(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t at = 0; at < text.size(); at++) {
        if (lowered(text[at]) != lower[at]) return false;
    }
    return true;
}

}  // namespace mathword
