#include "Plugin/spec.hpp"

#include "Plugin/json.hpp"

namespace mathword {

namespace {

/// Writes a JSON object; members are written as they come.
class ObjectWriter {
public:
    ObjectWriter &text(const char *name, std::string_view value) { return json(name, json_string(value)); }

    ObjectWriter &json(const char *name, std::string_view value) {
        out_ += (out_.empty() ? "{" : ",") + json_string(name) + ":";
        out_ += value;
        return *this;
    }

    std::string finish() { return out_ + "}"; }

private:
    std::string out_;
};

template <typename Element, typename Write>
std::string list(const std::vector<Element> &elements, Write write) {
    std::string out = "[";
    for (const Element &element : elements) out += (out.size() > 1 ? "," : "") + write(element);
    return out + "]";
}

std::string texts(const std::vector<const char *> &texts) { return list(texts, json_string); }

std::string read_json(const ReadColumn &column) {
    ObjectWriter out;
    out.text("name", column.name).text("type", type_name(Type::text));
    if (column.is_nullable) out.json("nullable", "true");
    return out.text("doc", column.doc).finish();
}

std::string added_json(const AddedColumn &column) {
    ObjectWriter out;
    out.text("name", column.name).text("type", type_name(column.type));
    if (column.is_nullable) out.json("nullable", "true");
    out.text("doc", column.doc);
    if (!column.tags.empty()) out.json("tags", texts(column.tags));
    if (!column.options.empty()) out.json("options", texts(column.options));
    return out.finish();
}

std::string option_json(const Option &option) {
    ObjectWriter out;
    out.text("name", option.name);
    switch (option.kind) {
        case Option::Kind::string: out.text("type", "string").text("default", option.default_string); break;
        case Option::Kind::integer:
            out.text("type", "integer").json("default", std::to_string(option.default_integer));
            out.json("minimum", std::to_string(option.minimum)).json("maximum", std::to_string(option.maximum));
            break;
        case Option::Kind::resource: out.text("type", "resource"); break;
    }
    return out.text("doc", option.doc).finish();
}

std::string step_json(const StepSpec &step) {
    ObjectWriter out;
    out.text("id", step.id).text("summary", step.summary).text("doc", step.doc).text("cardinality", "one");
    out.json("reads", list(step.reads, read_json)).json("adds", list(step.adds, added_json)).json("rejects", "[]");
    return out.json("options", list(step.options, option_json)).json("examples", step.examples).finish();
}

}  // namespace

std::string spec_json() {
    ObjectWriter out;
    out.text("id", "mathword").text("version", MATHWORD_VERSION);
    out.text("summary", "Grade-school word problems: prompt, final answer, exact comparison.");
    return out.text("toolchain", "c++17").json("steps", list(steps(), step_json)).finish();
}

}  // namespace mathword
