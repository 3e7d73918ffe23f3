// The thoughts that reasoning models print before they answer.
#pragma once

#include <string>
#include <string_view>

namespace mathword {

/// A reply without its thoughts.
struct Spoken {
    std::string text;
    /// The reply ends within a thought.
    bool is_cut_off;
};

/// Takes `<think>…</think>` and `<thinking>…</thinking>` out. What stands before an end without a beginning is thought
/// too: some servers swallow the beginning. O(length).
Spoken without_thoughts(std::string_view reply);

}  // namespace mathword
