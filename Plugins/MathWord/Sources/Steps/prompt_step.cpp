#include "Steps/prompt_step.hpp"

#include "Math/characters.hpp"
#include "Plugin/error.hpp"
#include "Plugin/file.hpp"

namespace mathword {

namespace {

/// By what a question is told from another: not by spaces, case and punctuation.
std::string letters_of(std::string_view question) {
    std::string letters;
    for (char byte : question) {
        if (is_alphanumeric(byte) || static_cast<unsigned char>(byte) >= 0x80) letters += lowered(byte);
    }
    return letters;
}

}  // namespace

StepSpec PromptStep::spec() {
    return {
        "prompt",
        "Writes the messages that ask a model for a solution.",
        "A system message and the question and, with `shots`, worked examples as earlier exchanges. A question is "
        "never its own example.",
        {{"question", false, "The word problem."}},
        {{"messages", Type::messages, false, "The prompt.", {"messages"}}},
        {{"system", Option::Kind::string, "The system message.",
          "Solve the problem step by step. End with a line that has #### and the final answer, as in: #### 42"},
         {"shots", Option::Kind::resource, "JSONL file of worked examples: `question` and `answer` on each line."},
         {"k", Option::Kind::integer, "How many examples to show, at most: the first of the file.", "", 3, 0, 100}},
        R"([{"with": {"system": "End with #### and the answer."},
             "input": [{"question": "Tom has 3 pens and buys 2. How many pens has he?"}],
             "output": [{"messages": [
                 {"role": "system", "content": "End with #### and the answer."},
                 {"role": "user", "content": "Tom has 3 pens and buys 2. How many pens has he?"}]}]}])",
        [](const Options &options) -> std::unique_ptr<Step> { return std::make_unique<PromptStep>(options); }};
}

PromptStep::PromptStep(const Options &options)
    : system_(options.string("system")), count_(static_cast<std::size_t>(options.integer("k"))) {
    const auto path = options.resource("shots");
    if (!path) return;
    const std::string text = read_file(*path, "/shots", "worked examples");
    std::size_t number = 1;
    for (std::size_t at = 0; at < text.size(); number++) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        if (line.find_first_not_of(" \t\r") != line.npos) shots_.push_back(read_shot(line, number));
        at = end + 1;
    }
}

PromptStep::Shot PromptStep::read_shot(std::string_view line, std::size_t number) {
    std::string problem = "has no text `question` or no text `answer`";
    try {
        const Json json = read_json(line);
        const Json *question = json.member("question");
        const Json *answer = json.member("answer");
        const auto is_text = [](const Json *value) { return value && value->kind == Json::Kind::string; };
        if (is_text(question) && is_text(answer)) {
            return {question->string, answer->string, letters_of(question->string)};
        }
    } catch (const JsonFault &fault) {
        problem = "is not JSON: " + fault.problem + " at byte " + std::to_string(fault.offset);
    }
    throw StepError{
        FASTDISTILL_RESOURCE_FAILED, "/shots",
        "Line " + std::to_string(number) + " of the worked examples " + problem + "."};
}

void PromptStep::run(Row &row) const {
    const std::string question(row.text(0).value_or(""));
    std::vector<Message> messages = {{"system", system_}};
    const std::string letters = shots_.empty() ? std::string() : letters_of(question);
    std::size_t shown = 0;
    for (const Shot &shot : shots_) {
        if (shown == count_) break;
        if (shot.letters == letters) continue;
        messages.push_back({"user", shot.question});
        messages.push_back({"assistant", shot.answer});
        shown++;
    }
    messages.push_back({"user", question});
    row.set(0, messages);
}

}  // namespace mathword
