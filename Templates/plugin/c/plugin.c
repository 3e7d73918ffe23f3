/* The plugin: its steps, and the one function that the library exports. */
#include <string.h>

#include "kit/kit.h"
#include "spec.h" /* build/spec.h: `static const char spec[]`, which make writes from spec.json and VERSION */

extern const kit_step count_step;

const kit_step *const kit_steps[] = {&count_step, NULL};

static const void *get_interface(const char *interface_id) {
    return strcmp(interface_id, FASTDISTILL_MAP_V1) == 0 ? &kit_map : NULL;
}

static const fastdistill_plugin_entry_v1 entry = {FASTDISTILL_ABI_VERSION, 0, spec, sizeof spec - 1, get_interface};

const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1(void) { return &entry; }
