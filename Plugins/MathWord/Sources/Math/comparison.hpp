// Whether an answer is the gold answer.
#pragma once

#include <string>
#include <string_view>

namespace mathword {

enum class Reason {
    // ok
    equal, equal_converted, equal_scaled, same_text,
    // wrong
    differ, unit_differs, no_answer, answer_unreadable, answer_too_large,
    // undecidable
    no_gold, gold_unreadable, gold_too_large, ambiguous,
};

const char *name(Reason reason);

/// `ok`, `wrong` or `undecidable`.
const char *verdict(Reason reason);

struct Comparison {
    Reason reason;
    /// What was compared, as plain text; empty where there is none.
    std::string answer;
    std::string gold;
};

/// Compares exactly (README.md, compare). Blank texts are as good as none. O(length).
Comparison compare(std::string_view answer, std::string_view gold);

}  // namespace mathword
