// UTF-8 (RFC 3629): checking and writing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mathword {

/// Whether every character is whole, in its shortest form, and no surrogate.
bool is_utf8(std::string_view text);

/// Appends one Unicode scalar.
void append_utf8(std::uint32_t scalar, std::string &text);

}  // namespace mathword
