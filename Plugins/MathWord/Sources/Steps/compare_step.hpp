// mathword/compare: a verdict by the gold answer.
#pragma once

#include "Plugin/spec.hpp"
#include "Plugin/step.hpp"

namespace mathword {

class CompareStep : public Step {
public:
    static StepSpec spec();
    void run(Row &row) const override;
};

}  // namespace mathword
