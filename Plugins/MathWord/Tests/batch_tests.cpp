#include "check.hpp"
#include "plugin.hpp"

namespace check {

namespace {

void expect_same(const Result &one, const Result &other, const std::string &what) {
    expect(one.status == other.status && one.rows == other.rows, what);
}

}  // namespace

void test_batches(const Plugin &plugin) {
    HostRecord host;
    Instance answer(plugin, "answer", "", &host);
    answer.bind();
    expect(answer.run({}).rows.empty(), "a batch without rows");
    expect(host.rows.empty(), "and no row is reported");

    // Nulls before, between and behind, over several bytes of the bitmap.
    std::vector<std::vector<Text>> rows;
    for (int row = 0; row < 40; row++) {
        rows.push_back({row % 3 == 0 ? std::nullopt : Text("#### " + std::to_string(row))});
    }
    const Result result = answer.run(rows);
    for (std::size_t row = 0; row < rows.size(); row++) {
        const std::string number = std::to_string(row);
        expect_equal(
            result.rows.at(row),
            row % 3 == 0 ? R"({"status":"empty","answer":null,"form":null})"
                         : "{\"status\":\"ok\",\"answer\":\"" + number + "\",\"form\":\"marker\"}",
            "row " + number);
    }
    const bool are_all_reported = host.rows.size() == 40 && host.rows.front() == 0 && host.rows.back() == 39;
    expect(are_all_reported, "each row is reported as it begins");
    for (int before : {1, 2, 7, 8, 9, 17}) expect_same(answer.run(rows, before), result, "a slice gives the same");
    expect_same(answer.run(rows), result, "the same batch gives the same again");

    HostRecord stopping;
    stopping.cancel_at = 25;
    Instance stopped(plugin, "answer", "{}", &stopping);
    stopped.bind();
    const Result cancelled = stopped.run(rows);
    expect(cancelled.status == FASTDISTILL_CANCELLED, "a run stops when it is no longer wanted");
    expect_equal(cancelled.message, "The run was stopped.", "what a run that stops says");
    expect(stopping.rows.size() == 25, "and does nothing more");

    // Two instances at the same time do not know of each other.
    Instance first(plugin, "prompt", R"({"system":"A"})");
    Instance second(plugin, "prompt", R"({"system":"B"})");
    first.bind();
    second.bind();
    const Result one = first.run({{"q"}});
    expect(one.rows != second.run({{"q"}}).rows, "each has its own options");
    expect_same(first.run({{"q"}}), one, "and keeps them");

    Instance compare(plugin, "compare");
    compare.bind();
    expect_equal(
        compare.run({{std::string(59, 'x') + "ü and more", "18"}}).rows.at(0),
        R"({"verdict":"wrong","reason":"answer_unreadable","detail":"answer )" + std::string(59, 'x') +
            R"(…, gold 18"})",
        "a long answer is cut between characters");
}

}  // namespace check
