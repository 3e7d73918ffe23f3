#include <cstring>

#include "check.hpp"
#include "plugin.hpp"

namespace check {

void test_entry(const Plugin &plugin, const std::string &version) {
    expect(plugin.entry->abi_version == FASTDISTILL_ABI_VERSION && plugin.entry->reserved == 0, "the ABI's version");
    expect(plugin.map != nullptr, "the map interface is there");
    expect(!plugin.entry->get_interface("fastdistill.map/2"), "an unknown interface is NULL");
    expect_equal(plugin.spec.member("version")->string, version, "the version is that of the VERSION file");
    expect(std::strlen(plugin.entry->spec_json) == plugin.entry->spec_json_length, "the spec ends where it says");

    fastdistill_instance *instance = nullptr;
    fastdistill_error_v1 error = {};
    const fastdistill_status status = plugin.map->create("nothing", "{}", 2, nullptr, &instance, &error);
    expect(status == FASTDISTILL_INTERNAL && !instance, "there is no other step");
    expect_equal(error.message, "The plugin has no step `nothing`.", "what create says of a step that is not there");
}

void test_examples(const Plugin &plugin) {
    for (const Json &step : plugin.spec.member("steps")->list) {
        const std::string id = step.member("id")->string;
        expect(!step.member("examples")->list.empty(), id + " has an example");
        for (const Json &example : step.member("examples")->list) {
            const Json *with = example.member("with");
            Instance instance(plugin, id, with ? text_of(*with) : "{}");
            expect(instance.bind().status == FASTDISTILL_OK, id + " can be bound");
            std::vector<std::vector<Text>> rows;
            for (const Json &row : example.member("input")->list) {
                std::vector<Text> texts;
                for (const Json &column : step.member("reads")->list) {
                    const Json *value = row.member(column.member("name")->string);
                    texts.push_back(value && value->kind == Json::Kind::string ? Text(value->string) : std::nullopt);
                }
                rows.push_back(texts);
            }
            const Result result = instance.run(rows);
            const std::vector<Json> &output = example.member("output")->list;
            expect(result.rows.size() == output.size(), id + " gives the example's rows");
            for (std::size_t row = 0; row < std::min(output.size(), result.rows.size()); row++) {
                const std::string place = id + ", row " + std::to_string(row) + " of its example";
                expect_equal(result.rows[row], text_of(output[row]), place);
            }
        }
    }
}

}  // namespace check
