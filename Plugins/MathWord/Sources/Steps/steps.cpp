// The steps of this plugin.
#include "Plugin/spec.hpp"
#include "Plugin/step.hpp"
#include "Steps/answer_step.hpp"
#include "Steps/compare_step.hpp"
#include "Steps/prompt_step.hpp"

namespace mathword {

const std::vector<StepSpec> &steps() {
    static const std::vector<StepSpec> all = {PromptStep::spec(), AnswerStep::spec(), CompareStep::spec()};
    return all;
}

}  // namespace mathword
