#include "Plugin/options.hpp"

#include <algorithm>

#include "Plugin/error.hpp"

namespace mathword {

namespace {

Json parse(std::string_view config) {
    Json none;
    none.kind = Json::Kind::object;
    if (config.empty()) return none;
    try {
        Json value = read_json(config);
        if (value.kind == Json::Kind::object) return value;
    } catch (const JsonFault &fault) {
        throw StepError{
            FASTDISTILL_INVALID_CONFIG, "",
            "The options are not JSON: " + fault.problem + " at byte " + std::to_string(fault.offset) + "."};
    }
    throw StepError{FASTDISTILL_INVALID_CONFIG, "", "The options are not a JSON object."};
}

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

void check(const Option &option, const Json &value) {
    const std::string subject = "Option " + quoted(option.name);
    const bool is_integer = option.kind == Option::Kind::integer;
    if (value.kind != (is_integer ? Json::Kind::integer : Json::Kind::string)) {
        const std::string wanted = is_integer ? "an integer" : "a string";
        throw StepError::option(option.name, subject + " must be " + wanted + ", but is " + value.kind_words() + ".");
    }
    if (!is_integer) return;
    const std::string shown = ", but is " + std::to_string(value.integer) + ".";
    if (value.integer < option.minimum) {
        throw StepError::option(option.name, subject + " must be at least " + std::to_string(option.minimum) + shown);
    }
    if (value.integer > option.maximum) {
        throw StepError::option(option.name, subject + " must be at most " + std::to_string(option.maximum) + shown);
    }
}

}  // namespace

Options::Options(const StepSpec &step, std::string_view config) : step_(step), given_(parse(config)) {
    for (const auto &[name, value] : given_.object) {
        const std::string_view given = name;
        const auto option = std::find_if(
            step.options.begin(), step.options.end(), [&](const Option &each) { return given == each.name; });
        if (option == step.options.end()) {
            std::string known;
            for (const Option &each : step.options) known += (known.empty() ? "it has " : ", ") + quoted(each.name);
            if (known.empty()) known = "it has none";
            throw StepError::option(
                name, "Step " + quoted(step.id) + " has no option " + quoted(name) + "; " + known + ".");
        }
        check(*option, value);
    }
}

const Option &Options::declared(std::string_view name) const {
    for (const Option &option : step_.options) {
        if (name == option.name) return option;
    }
    throw StepError{FASTDISTILL_INTERNAL, "", "The step asks for an option that it does not declare."};
}

std::string Options::string(std::string_view name) const {
    const Json *value = given_.member(name);
    return value ? value->string : declared(name).default_string;
}

std::int64_t Options::integer(std::string_view name) const {
    const Json *value = given_.member(name);
    return value ? value->integer : declared(name).default_integer;
}

std::optional<std::string> Options::resource(std::string_view name) const {
    const Json *value = given_.member(name);
    return value ? std::optional(value->string) : std::nullopt;
}

}  // namespace mathword
