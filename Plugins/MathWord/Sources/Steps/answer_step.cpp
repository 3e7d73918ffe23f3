#include "Steps/answer_step.hpp"

#include "Math/answer.hpp"

namespace mathword {

StepSpec AnswerStep::spec() {
    return {
        "answer",
        "Finds the final answer that a reply states.",
        "The statement that comes last counts: `#### 18`, `\\boxed{18}` or `The answer is 18`. Where there is none, "
        "the last number is taken, and `form` says so. Thoughts in `<think>` are skipped.",
        {{"text", true, "The reply; null is status `empty`."}},
        {{"status", Type::text, false,
          "`ok`; `empty`; `no_answer`: not even a number; `truncated`: it breaks off within thoughts or a box.", {},
          {"ok", "empty", "no_answer", "truncated"}},
         {"answer", Type::text, true, "The answer as stated, without LaTeX and Markdown; null unless ok."},
         {"form", Type::text, true, "Where it was found; null unless ok.", {"facet"},
          {"marker", "boxed", "phrase", "last_number"}}},
        {},
        R"([{"input": [{"text": "3 * 6 = 18\n#### 18"}, {"text": "So we get \\boxed{\\frac{3}{4}}."},
                       {"text": "<think>9?</think>The answer is **$1,234.50** in all."},
                       {"text": "She has 12 eggs left."}, {"text": "I cannot tell."}, {"text": "<think>Let me see"}],
             "output": [{"status": "ok", "answer": "18", "form": "marker"},
                        {"status": "ok", "answer": "3/4", "form": "boxed"},
                        {"status": "ok", "answer": "$1,234.50", "form": "phrase"},
                        {"status": "ok", "answer": "12", "form": "last_number"},
                        {"status": "no_answer", "answer": null, "form": null},
                        {"status": "truncated", "answer": null, "form": null}]}])",
        [](const Options &) -> std::unique_ptr<Step> { return std::make_unique<AnswerStep>(); }};
}

void AnswerStep::run(Row &row) const {
    const Answer answer = find_answer(row.text(0).value_or(""));
    row.set(0, name(answer.status));
    if (answer.form) {
        row.set(1, answer.text);
        row.set(2, name(*answer.form));
    } else {
        row.set_null(1);
        row.set_null(2);
    }
}

}  // namespace mathword
