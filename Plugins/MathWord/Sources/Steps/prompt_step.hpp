// mathword/prompt: the messages that ask for a solution.
#pragma once

#include <string>
#include <vector>

#include "Plugin/options.hpp"
#include "Plugin/step.hpp"

namespace mathword {

class PromptStep : public Step {
public:
    static StepSpec spec();

    /// Reads the worked examples. Throws StepError.
    explicit PromptStep(const Options &options);

    void run(Row &row) const override;

private:
    struct Shot {
        std::string question;
        std::string answer;
        /// The question by its letters and digits.
        std::string letters;
    };

    static Shot read_shot(std::string_view line, std::size_t number);

    std::string system_;
    std::size_t count_;
    std::vector<Shot> shots_;
};

}  // namespace mathword
