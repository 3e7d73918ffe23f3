#pragma once

#include "kit/kit.hpp"

/// {{name}}/count: how many words a text has.
class Count : public kit::Step {
public:
    explicit Count(kit::Setup &setup);
    void run(kit::Row &row) const override;

private:
    kit::Input<std::string_view> text;
    kit::Output<std::int64_t> words;
    std::int64_t limit;
};
