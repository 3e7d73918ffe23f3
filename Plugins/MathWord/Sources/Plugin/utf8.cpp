#include "Plugin/utf8.hpp"

namespace mathword {

bool is_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto first = static_cast<unsigned char>(text[at++]);
        if (first < 0x80) continue;
        const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || text.size() - at < static_cast<std::size_t>(more)) return false;
        std::uint32_t scalar = first & (0x3Fu >> more);
        for (int count = 0; count < more; count++) {
            const auto byte = static_cast<unsigned char>(text[at++]);
            if ((byte & 0xC0) != 0x80) return false;
            scalar = scalar << 6 | (byte & 0x3Fu);
        }
        if (more == 2 && (scalar < 0x800 || (scalar >= 0xD800 && scalar <= 0xDFFF))) return false;
        if (more == 3 && (scalar < 0x10000 || scalar > 0x10FFFF)) return false;
    }
    return true;
}

void append_utf8(std::uint32_t scalar, std::string &text) {
    const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
    if (scalar < 0x80) {
        byte(scalar);
    } else if (scalar < 0x800) {
        byte(0xC0 | scalar >> 6);
        byte(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        byte(0xE0 | scalar >> 12);
        byte(0x80 | (scalar >> 6 & 0x3F));
        byte(0x80 | (scalar & 0x3F));
    } else {
        byte(0xF0 | scalar >> 18);
        byte(0x80 | (scalar >> 12 & 0x3F));
        byte(0x80 | (scalar >> 6 & 0x3F));
        byte(0x80 | (scalar & 0x3F));
    }
}

}  // namespace mathword
