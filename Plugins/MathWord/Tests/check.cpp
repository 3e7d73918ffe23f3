// Runs all tests against the library, through dlopen as the host does: check LIBRARY FOLDER_OF_TESTS [COMPARISONS].
#include "check.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <fstream>

#include "plugin.hpp"

namespace check {

static int expectations = 0;
static int failures = 0;

void expect(bool condition, const std::string &what) {
    expectations++;
    if (condition) return;
    failures++;
    std::fprintf(stderr, "failed: %s\n", what.c_str());
}

void expect_equal(const std::string &actual, const std::string &expected, const std::string &what) {
    expect(actual == expected, what + "\n    is     " + actual + "\n    should be " + expected);
}

}  // namespace check

int main(int count, char **arguments) {
    using namespace check;
    if (count < 3) return std::fprintf(stderr, "usage: check LIBRARY FOLDER [COMPARISONS]\n"), 2;
    // A text on which a step needs quadratic time ends the tests: they take some 20 s of processor time.
    const rlimit limit = {600, 600};
    setrlimit(RLIMIT_CPU, &limit);
    const std::string folder = arguments[2];
    std::string version;
    std::getline(std::ifstream(folder + "/../VERSION") >> std::ws, version);
    const Plugin plugin(arguments[1]);
    test_entry(plugin, version);
    test_options(plugin);
    test_binding(plugin);
    test_batches(plugin);
    test_examples(plugin);
    test_comparisons(plugin, folder + "/comparisons.jsonl", 130);
    if (count > 3) test_comparisons(plugin, arguments[3], 5000);
    test_answers(plugin, folder + "/answers.jsonl", 70);
    test_hostile_texts(plugin);
    test_json();
    if (failures > 0) return std::fprintf(stderr, "mathword: %d of %d checks failed\n", failures, expectations), 1;
    std::printf("mathword: %d checks passed\n", expectations);
    return 0;
}
