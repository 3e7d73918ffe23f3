#include "Steps/compare_step.hpp"

#include <cstring>

#include "Math/comparison.hpp"

namespace mathword {

namespace {

/// The longest part of a text that `detail` shows, in bytes.
constexpr std::size_t longest_shown = 60;

std::string shown(std::string_view text) {
    if (text.size() <= longest_shown) return std::string(text);
    std::size_t length = longest_shown;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) length--;
    return std::string(text.substr(0, length)) + "…";
}

}  // namespace

StepSpec CompareStep::spec() {
    return {
        "compare",
        "Compares an answer with the gold answer, exactly.",
        "Numbers are compared as fractions, never rounded; units are converted; a gold answer that cannot be read "
        "makes the row undecidable, never the answer wrong. The rules stand in the plugin's README.",
        {{"answer", true, "The answer; null is wrong, with reason `no_answer`."},
         {"gold_answer", true,
          "The gold answer, alone or behind the last `####` of a solution; null is undecidable, with reason "
          "`no_gold`."}},
        {{"verdict", Type::text, false, "Whether the answer is the gold answer.", {"verdict"},
          {"ok", "wrong", "undecidable"}},
         {"reason", Type::text, false, "Why.", {},
          {"equal", "equal_converted", "equal_scaled", "same_text", "differ", "unit_differs", "no_answer",
           "answer_unreadable", "answer_too_large", "no_gold", "gold_unreadable", "gold_too_large", "ambiguous"}},
         {"detail", Type::text, true, "Both answers, cut to 60 bytes each; null if the verdict is ok."}},
        {},
        R"([{"input": [{"answer": "$18.00", "gold_answer": "9 * 2 = 18\n#### 18"},
                       {"answer": "1.5 hours", "gold_answer": "90 minutes"},
                       {"answer": "50%", "gold_answer": "1/2"}, {"answer": "1.234", "gold_answer": "1,234"},
                       {"answer": "19", "gold_answer": "18"}, {"answer": null, "gold_answer": "18"},
                       {"answer": "18", "gold_answer": null}],
             "output": [{"verdict": "ok", "reason": "equal", "detail": null},
                        {"verdict": "ok", "reason": "equal_converted", "detail": null},
                        {"verdict": "ok", "reason": "equal_scaled", "detail": null},
                        {"verdict": "undecidable", "reason": "ambiguous", "detail": "answer 1.234, gold 1,234"},
                        {"verdict": "wrong", "reason": "differ", "detail": "answer 19, gold 18"},
                        {"verdict": "wrong", "reason": "no_answer", "detail": "no answer, gold 18"},
                        {"verdict": "undecidable", "reason": "no_gold", "detail": "answer 18, no gold"}]}])",
        [](const Options &) -> std::unique_ptr<Step> { return std::make_unique<CompareStep>(); }};
}

void CompareStep::run(Row &row) const {
    const Comparison comparison = compare(row.text(0).value_or(""), row.text(1).value_or(""));
    const char *verdict = mathword::verdict(comparison.reason);
    row.set(0, verdict);
    row.set(1, name(comparison.reason));
    if (std::strcmp(verdict, "ok") == 0) {
        row.set_null(2);
        return;
    }
    const auto described = [](const char *what, const std::string &text) {
        return text.empty() ? "no " + std::string(what) : what + (" " + shown(text));
    };
    row.set(2, described("answer", comparison.answer) + ", " + described("gold", comparison.gold));
}

}  // namespace mathword
