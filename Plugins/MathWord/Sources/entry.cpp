// The one function that the library exports.
#include <cstring>

#include "Plugin/map.hpp"
#include "Plugin/spec.hpp"
#include "fastdistill/entry.h"

namespace {

const void *get_interface(const char *interface_id) {
    return std::strcmp(interface_id, FASTDISTILL_MAP_V1) == 0 ? &mathword::map_interface : nullptr;
}

}  // namespace

const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1(void) {
    static const std::string spec = mathword::spec_json();
    static const fastdistill_plugin_entry_v1 entry = {
        FASTDISTILL_ABI_VERSION, 0, spec.c_str(), spec.size(), get_interface};
    return &entry;
}
