#include "Math/thoughts.hpp"

#include "Math/characters.hpp"

namespace mathword {

namespace {

/// The length of a tag at a position; 0 if there is none.
std::size_t tag_length(std::string_view text, std::size_t at, std::string_view opening) {
    if (!starts_with(text, at, opening)) return 0;
    const std::string_view name = letters_at(text, at + opening.size());
    const std::size_t length = opening.size() + name.size() + 1;
    if (!is_same_ignoring_case(name, "think") && !is_same_ignoring_case(name, "thinking")) return 0;
    return byte_at(text, at + length - 1) == '>' ? length : 0;
}

}  // namespace

Spoken without_thoughts(std::string_view reply) {
    Spoken spoken{{}, false};
    std::size_t at = 0;
    while (at < reply.size()) {
        const std::size_t next = std::min(reply.find('<', at), reply.size());
        if (!spoken.is_cut_off) spoken.text += reply.substr(at, next - at);
        if (next == reply.size()) break;
        at = next;
        if (const std::size_t begin = tag_length(reply, at, "<")) {
            spoken.is_cut_off = true;
            at += begin;
        } else if (const std::size_t end = tag_length(reply, at, "</")) {
            if (!spoken.is_cut_off) spoken.text.clear();
            spoken.is_cut_off = false;
            // What was apart stays apart.
            spoken.text += '\n';
            at += end;
        } else {
            if (!spoken.is_cut_off) spoken.text += '<';
            at++;
        }
    }
    return spoken;
}

}  // namespace mathword
