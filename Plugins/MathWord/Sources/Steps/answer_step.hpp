// mathword/answer: the final answer of a reply.
#pragma once

#include "Plugin/spec.hpp"
#include "Plugin/step.hpp"

namespace mathword {

class AnswerStep : public Step {
public:
    static StepSpec spec();
    void run(Row &row) const override;
};

}  // namespace mathword
