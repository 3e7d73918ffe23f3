// What a step states about itself. From this one place come the plugin's spec, the check of options and `bind`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "Plugin/arrow.hpp"

namespace mathword {

class Options;
class Step;

/// A column that a step reads.
struct ReadColumn {
    const char *name;
    bool is_nullable;
    const char *doc;
};

/// A column that a step adds.
struct AddedColumn {
    const char *name;
    Type type;
    bool is_nullable;
    const char *doc;
    std::vector<const char *> tags = {};
    /// The only texts it can have; any if empty.
    std::vector<const char *> options = {};
};

/// An option of a graph's `with:`.
struct Option {
    enum class Kind {
        string,
        integer,
        /// A file or folder: the graph names one of its `resources`, the step gets the path. Left out unless given.
        resource,
    };

    const char *name;
    Kind kind;
    const char *doc;
    const char *default_string = "";
    std::int64_t default_integer = 0;
    std::int64_t minimum = 0;
    std::int64_t maximum = 0;
};

struct StepSpec {
    const char *id;
    const char *summary;
    const char *doc;
    /// All of them are utf8.
    std::vector<ReadColumn> reads;
    std::vector<AddedColumn> adds;
    std::vector<Option> options;
    /// A JSON list of `{"with", "input", "output"}`.
    const char *examples;
    /// Makes the step with checked options. Throws StepError.
    std::unique_ptr<Step> (*make)(const Options &options);
};

/// The steps of this plugin.
const std::vector<StepSpec> &steps();

/// The plugin's spec (Docs/specs/abi.md) as JSON.
std::string spec_json();

}  // namespace mathword
