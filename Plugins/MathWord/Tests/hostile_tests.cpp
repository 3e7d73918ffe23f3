#include "Plugin/utf8.hpp"
#include "check.hpp"
#include "plugin.hpp"

namespace check {

namespace {

constexpr std::size_t megabyte = 1 << 20;

std::string repeated(const std::string &text, std::size_t size = megabyte) {
    std::string out;
    while (out.size() < size) out += text;
    return out;
}

/// Numbers that are the same for one seed (splitmix64, S. Vigna, public domain reference).
struct SeededNumbers {
    std::uint64_t state;

    std::uint64_t next() {
        state += 0x9E3779B97F4A7C15;
        std::uint64_t mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
};

}  // namespace

/// What a reply can be at worst: as long as it gets, and made so that every way to look at it twice is taken. Whoever
/// takes quadratic time here is ended by the limit on processor time.
void test_hostile_texts(const Plugin &plugin) {
    const std::vector<std::string> parts = {
        "1", "a", " ", "\n", "-", "$", "\\", "{", "}", ".", ",", "/", "^", "<", "*", "=", "½", "1 ", "1,", "1.", "1/",
        "1 1/2 ", "12 ", "123 ", ",123", " 123", "1e", "1-", "1x", "1:1 ", "-1", "$1", "1$", "#", "####", "#### ",
        "#### 1 ", "####\n", "#### 1.\n", "\\boxed{", "\\boxed{1}", "\\boxed{ ", "\\frac{", "\\frac{1}{", "\\frac1",
        "\\text{", "answer ", "answer:", "answer: ", "answer is ", "answer is 1x|", "answer is 1:1|",
        "answer is minus ", "The answer\n",
        "<think>", "</think>", "<think", "<think></think>", "one ", "one-", "a ", "hundred ", "twenty ", "1 hour ",
        "1 hour 1 minute ", "1 and a ", "per ", "square ", "1 km/", "1%", "1 per cent ", "1 * 10^", "1 million ",
        "\xC2\xA0", "\xE2\x80\x8B", "🎉", "é", "e\xCC\x81", "\x01", "\x02", "(", ")", "|"};
    Instance answer(plugin, "answer");
    Instance compare(plugin, "compare");
    Instance prompt(plugin, "prompt");
    answer.bind();
    compare.bind();
    prompt.bind();
    for (const std::string &part : parts) {
        const std::string text = repeated(part);
        for (const std::string &reply : {text, text + "18", "#### 18 " + text, "answer is " + text + "1"}) {
            const Result result = answer.run({{reply}});
            expect(result.status == FASTDISTILL_OK && mathword::is_utf8(result.rows.at(0)), "answer of many " + part);
        }
        expect(compare.run({{text, "18"}}).status == FASTDISTILL_OK, "compare of many " + part);
        expect(compare.run({{"18 " + text, text}}).status == FASTDISTILL_OK, "compare with many " + part);
    }
    expect(prompt.run({{repeated("How many? ")}}).status == FASTDISTILL_OK, "a long question");

    // Anything at all, out of the parts: no text may be lost or leave the bounds of its row.
    SeededNumbers numbers{20260521};
    std::vector<std::vector<Text>> rows;
    for (int row = 0; row < 20'000; row++) {
        std::string text;
        for (std::uint64_t count = numbers.next() % 12; count > 0; count--) {
            text += parts[numbers.next() % parts.size()];
        }
        rows.push_back({text});
    }
    const Result together = answer.run(rows);
    for (std::size_t row = 0; row < rows.size(); row += 100) {
        expect(answer.run({rows[row]}).rows.at(0) == together.rows.at(row), "a row does not depend on its batch");
    }
    for (std::vector<Text> &row : rows) row.push_back("18");
    expect(compare.run(rows).status == FASTDISTILL_OK, "anything can be compared");
}

}  // namespace check
