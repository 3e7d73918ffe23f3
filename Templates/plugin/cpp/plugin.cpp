// The plugin: its steps, and the one function that the library exports.
#include <cstring>

#include "count.hpp"
#include "spec.h"  // build/spec.h: `static const char spec[]`, which make writes from spec.json and VERSION

const std::vector<kit::StepEntry> kit::steps = {{"count", kit::make<Count>}};

static const void *get_interface(const char *interface_id) {
    return std::strcmp(interface_id, FASTDISTILL_MAP_V1) == 0 ? &kit::map : nullptr;
}

static const fastdistill_plugin_entry_v1 entry = {FASTDISTILL_ABI_VERSION, 0, spec, sizeof spec - 1, get_interface};

const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1() { return &entry; }
