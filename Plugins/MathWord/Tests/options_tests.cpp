#include <cstdio>
#include <cstdlib>

#include "check.hpp"
#include "plugin.hpp"

namespace check {

namespace {

void expect_refused(
    const Plugin &plugin, const std::string &step, const std::string &config, fastdistill_status status,
    const std::string &where, const std::string &message) {
    const Instance instance(plugin, step, config);
    expect(instance.created.status == status, config + " is refused as it should be");
    expect_equal(instance.created.where, where, "the place of what is wrong in " + config);
    expect_equal(instance.created.message, message, "what is wrong in " + config);
}

/// A file of a test, which goes with its owner.
struct TemporaryFile {
    explicit TemporaryFile(const std::string &text) {
        std::FILE *file = fdopen(mkstemp(path.data()), "w");
        std::fwrite(text.data(), 1, text.size(), file);
        std::fclose(file);
    }
    ~TemporaryFile() { std::remove(path.c_str()); }

    static std::string folder() {
        const char *named = std::getenv("TMPDIR");
        return named && *named ? named : P_tmpdir;
    }

    std::string path = folder() + "/mathword-check-XXXXXX";
};

std::string shots(const std::string &path, int count = 3) {
    return "{\"system\":\"S\",\"shots\":" + mathword::json_string(path) + ",\"k\":" + std::to_string(count) + "}";
}

std::string prompt(const Plugin &plugin, const std::string &config, const std::string &question) {
    Instance instance(plugin, "prompt", config);
    expect_equal(instance.created.message, "", "the step can be made with " + config);
    instance.bind();
    return instance.run({{question}}).rows.at(0);
}

}  // namespace

void test_options(const Plugin &plugin) {
    const auto config = [&](const std::string &text, const std::string &where, const std::string &message) {
        expect_refused(plugin, "prompt", text, FASTDISTILL_INVALID_CONFIG, where, message);
    };
    config("{", "", "The options are not JSON: expected a member name at byte 1.");
    config("[]", "", "The options are not a JSON object.");
    config(R"({"sytem":"x"})", "/sytem", "Step `prompt` has no option `sytem`; it has `system`, `shots`, `k`.");
    config(R"({"a/~":1})", "/a~1~0", "Step `prompt` has no option `a/~`; it has `system`, `shots`, `k`.");
    config(R"({"system":1})", "/system", "Option `system` must be a string, but is an integer.");
    config(R"({"shots":null})", "/shots", "Option `shots` must be a string, but is null.");
    config(R"({"k":"3"})", "/k", "Option `k` must be an integer, but is a string.");
    config(R"({"k":1.5})", "/k", "Option `k` must be an integer, but is a number.");
    config(R"({"k":99999999999999999999})", "/k", "Option `k` must be an integer, but is a number.");
    config(R"({"k":-1})", "/k", "Option `k` must be at least 0, but is -1.");
    config(R"({"k":101})", "/k", "Option `k` must be at most 100, but is 101.");
    config(R"({"k":1,"k":2})", "", "The options are not JSON: the member `k` stands there twice at byte 7.");
    expect_refused(
        plugin, "answer", R"({"x":true})", FASTDISTILL_INVALID_CONFIG, "/x",
        "Step `answer` has no option `x`; it has none.");

    const auto resource = [&](const std::string &text, const std::string &message) {
        const TemporaryFile file(text);
        expect_refused(plugin, "prompt", shots(file.path), FASTDISTILL_RESOURCE_FAILED, "/shots", message);
    };
    expect_refused(
        plugin, "prompt", R"({"shots":"/nowhere/shots.jsonl"})", FASTDISTILL_RESOURCE_FAILED, "/shots",
        "The worked examples cannot be read: No such file or directory.");
    expect_refused(
        plugin, "prompt", R"({"shots":"/tmp"})", FASTDISTILL_RESOURCE_FAILED, "/shots",
        "The worked examples cannot be read: Is a directory.");
    resource("{}\n", "Line 1 of the worked examples has no text `question` or no text `answer`.");
    resource(
        "{\"question\":\"q\",\"answer\":\"a\"}\n\n{\"question\":\"q\",\"answer\":1}",
        "Line 3 of the worked examples has no text `question` or no text `answer`.");
    resource("{\"question\":", "Line 1 of the worked examples is not JSON: expected a value at byte 12.");

    const TemporaryFile file(
        "{\"question\":\"How many?\",\"answer\":\"#### 1\",\"more\":[1.5e3]}\n"
        "{\"question\":\"How far?\",\"answer\":\"#### 2\"}\r\n   \n"
        "{\"question\":\"How long?\",\"answer\":\"#### 3\"}");
    const auto turn = [](const std::string &role, const std::string &content) {
        return "{\"role\":\"" + role + "\",\"content\":\"" + content + "\"}";
    };
    const std::string system = turn("system", "S") + ",";
    const std::string many = turn("user", "How many?") + "," + turn("assistant", "#### 1") + ",";
    const std::string far = turn("user", "How far?") + "," + turn("assistant", "#### 2") + ",";
    const std::string lengthy = turn("user", "How long?") + "," + turn("assistant", "#### 3") + ",";
    const auto messages = [](const std::string &turns) { return "{\"messages\":[" + turns + "]}"; };
    expect_equal(
        prompt(plugin, shots(file.path), "Why?"), messages(system + many + far + lengthy + turn("user", "Why?")),
        "all worked examples");
    expect_equal(
        prompt(plugin, shots(file.path, 2), "how  MANY"), messages(system + far + lengthy + turn("user", "how  MANY")),
        "a question is never its own example");
    expect_equal(prompt(plugin, shots(file.path, 0), "Why?"), messages(system + turn("user", "Why?")), "no example");
    expect_equal(prompt(plugin, R"({"system":"S"})", ""), messages(system + turn("user", "")), "an empty question");
}

}  // namespace check
