#include "Plugin/error.hpp"

#include <algorithm>
#include <cstring>

namespace mathword {

namespace {

bool is_inside_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

template <std::size_t size>
void copy(const std::string &text, char (&out)[size]) noexcept {
    std::size_t length = std::min({text.size(), text.find('\0'), size - 1});
    while (length > 0 && length < text.size() && is_inside_character(text[length])) length--;
    std::memcpy(out, text.data(), length);
    out[length] = '\0';
}

}  // namespace

StepError StepError::option(std::string_view name, std::string message) {
    std::string pointer = "/";
    for (char byte : name) {
        if (byte == '~') {
            pointer += "~0";
        } else if (byte == '/') {
            pointer += "~1";
        } else {
            pointer += byte;
        }
    }
    return {FASTDISTILL_INVALID_CONFIG, pointer, std::move(message)};
}

fastdistill_status StepError::report(fastdistill_error_v1 *error) const noexcept {
    if (error) {
        error->row = -1;
        copy(where, error->where);
        copy(message, error->message);
    }
    return status;
}

}  // namespace mathword
