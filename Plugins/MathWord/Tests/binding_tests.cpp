#include "check.hpp"
#include "plugin.hpp"

namespace check {

namespace {

void expect_refused(
    const Plugin &plugin, const std::string &step, const std::vector<Offer> &offers, const std::string &where,
    const std::string &message) {
    const Result result = Instance(plugin, step).bind(offers);
    expect(result.status == FASTDISTILL_INVALID_INPUT, "bind of " + step + " refuses the columns");
    expect_equal(result.where, where, "the column that " + step + " refuses");
    expect_equal(result.message, message, "why " + step + " refuses it");
}

}  // namespace

void test_binding(const Plugin &plugin) {
    expect_refused(
        plugin, "prompt", {{"text"}}, "question", "Column `question` (utf8) is missing; bind one to it with `in`.");
    expect_refused(
        plugin, "prompt", {{"question", "l"}}, "question", "Column `question` must be utf8, but is int64.");
    expect_refused(
        plugin, "prompt", {{"question", "+l"}}, "question", "Column `question` must be utf8, but is list<int64?>.");
    expect_refused(
        plugin, "prompt", {{"question", "u", true}}, "question",
        "Column `question` can be null, but the step needs a value in every row.");
    expect_refused(
        plugin, "compare", {{"answer"}}, "gold_answer",
        "Column `gold_answer` (utf8) is missing; bind one to it with `in`.");

    Instance prompt(plugin, "prompt");
    expect_equal(
        prompt.run({{"Why?"}}).message, "The step was run before it was bound.",
        "a step that is not bound does not run");
    expect(prompt.bind({{"other", "g"}, {"question"}}).status == FASTDISTILL_OK, "other columns do not matter");
    expect_equal(prompt.reads, "question: u", "only the column that it reads");
    expect_equal(prompt.adds, "messages: +l(item: +s(role: u, content: u))", "what prompt adds");

    Instance compare(plugin, "compare");
    expect(compare.bind({{"gold_answer"}, {"answer", "u", true}}).status == FASTDISTILL_OK, "in any order");
    expect_equal(compare.reads, "answer: u?, gold_answer: u", "as they are offered, in the order of the spec");
    expect_equal(compare.adds, "verdict: u, reason: u, detail: u?", "what compare adds");
}

}  // namespace check
