// The options of a graph, checked against what a step declares.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "Plugin/json.hpp"
#include "Plugin/spec.hpp"

namespace mathword {

class Options {
public:
    /// Reads `config_json`. Throws StepError with the option's JSON pointer for one that is unknown, of another type or
    /// out of its range.
    Options(const StepSpec &step, std::string_view config);

    std::string string(std::string_view name) const;
    std::int64_t integer(std::string_view name) const;
    /// The path of a resource, or nothing if the graph left it out.
    std::optional<std::string> resource(std::string_view name) const;

private:
    const Option &declared(std::string_view name) const;

    const StepSpec &step_;
    Json given_;
};

}  // namespace mathword
