// The final answer that a reply states.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "Math/statements.hpp"

namespace mathword {

const char *name(Form form);

/// What a reply says.
struct Answer {
    enum class Status { ok, empty, no_answer, truncated };

    Status status = Status::no_answer;
    /// Both are there if the status is ok.
    std::optional<Form> form;
    std::string text;
};

const char *name(Answer::Status status);

/// Finds the answer that a reply states last (README.md, answer). O(length).
Answer find_answer(std::string_view reply);

/// What a text states that is an answer, or a solution with one: what stands behind its last `####`, or in its last
/// box, else all of it. Plain text.
std::string stated_answer(std::string_view text);

}  // namespace mathword
