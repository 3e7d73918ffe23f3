#include <fstream>

#include "check.hpp"
#include "plugin.hpp"

namespace check {

namespace {

/// Runs a step on all lines of a file, a batch, and compares the columns that the lines have.
void test_file(
    const Plugin &plugin, const std::string &step, const std::string &path, std::size_t least,
    const std::vector<std::string> &reads, const std::vector<std::string> &adds) {
    std::ifstream file(path);
    std::vector<Json> cases;
    for (std::string line; std::getline(file, line);) cases.push_back(mathword::read_json(line));
    expect(cases.size() >= least, path + " has its cases");
    std::vector<std::vector<Text>> rows;
    for (const Json &each : cases) {
        std::vector<Text> texts;
        for (const std::string &name : reads) {
            const Json *value = each.member(name);
            texts.push_back(value && value->kind == Json::Kind::string ? Text(value->string) : std::nullopt);
        }
        rows.push_back(texts);
    }
    Instance instance(plugin, step);
    instance.bind();
    const Result result = instance.run(rows);
    for (std::size_t row = 0; row < cases.size(); row++) {
        const Json added = mathword::read_json(result.rows.at(row));
        for (const std::string &name : adds) {
            expect_equal(
                text_of(*added.member(name)), text_of(*cases[row].member(name)),
                path + ":" + std::to_string(row + 1) + ": " + name + " of " + text_of(cases[row]));
        }
    }
}

}  // namespace

void test_answers(const Plugin &plugin, const std::string &path, std::size_t least) {
    test_file(plugin, "answer", path, least, {"text"}, {"status", "answer", "form"});
}

void test_comparisons(const Plugin &plugin, const std::string &path, std::size_t least) {
    test_file(plugin, "compare", path, least, {"answer", "gold_answer"}, {"verdict", "reason"});
}

}  // namespace check
