/* Pins the sizes and offsets of ABI version 1. Compiled as C11, C++17 and C++20 by Tests/Boundary; never edited for v1. */
#include <stddef.h>

#include "fastdistill/plugin.h"

#ifdef __cplusplus
#define PIN(condition) static_assert(condition, #condition)
#else
#define PIN(condition) _Static_assert(condition, #condition)
#endif

PIN(sizeof(void *) == 8);

PIN(sizeof(struct ArrowSchema) == 72);
PIN(offsetof(struct ArrowSchema, release) == 56);
PIN(sizeof(struct ArrowArray) == 80);
PIN(offsetof(struct ArrowArray, release) == 64);

PIN(sizeof(fastdistill_status) == 4);
PIN(sizeof(fastdistill_log_level) == 4);

PIN(sizeof(fastdistill_error_v1) == 1280);
PIN(offsetof(fastdistill_error_v1, row) == 0);
PIN(offsetof(fastdistill_error_v1, where) == 8);
PIN(offsetof(fastdistill_error_v1, message) == 256);

PIN(sizeof(fastdistill_plugin_entry_v1) == 32);
PIN(offsetof(fastdistill_plugin_entry_v1, abi_version) == 0);
PIN(offsetof(fastdistill_plugin_entry_v1, reserved) == 4);
PIN(offsetof(fastdistill_plugin_entry_v1, spec_json) == 8);
PIN(offsetof(fastdistill_plugin_entry_v1, spec_json_length) == 16);
PIN(offsetof(fastdistill_plugin_entry_v1, get_interface) == 24);

PIN(sizeof(fastdistill_host_v1) == 16);
PIN(offsetof(fastdistill_host_v1, context) == 0);
PIN(offsetof(fastdistill_host_v1, get_interface) == 8);
PIN(sizeof(fastdistill_log_v1) == 8);
PIN(sizeof(fastdistill_cancel_v1) == 8);
PIN(sizeof(fastdistill_progress_v1) == 8);

PIN(sizeof(fastdistill_call_v1) == 48);
PIN(offsetof(fastdistill_call_v1, run_id) == 0);
PIN(offsetof(fastdistill_call_v1, node_id) == 8);
PIN(offsetof(fastdistill_call_v1, batch) == 16);
PIN(offsetof(fastdistill_call_v1, seed) == 24);
PIN(offsetof(fastdistill_call_v1, deadline_nanoseconds) == 32);
PIN(offsetof(fastdistill_call_v1, attempt) == 40);
PIN(offsetof(fastdistill_call_v1, reserved) == 44);

PIN(sizeof(fastdistill_map_v1) == 32);
PIN(offsetof(fastdistill_map_v1, create) == 0);
PIN(offsetof(fastdistill_map_v1, bind) == 8);
PIN(offsetof(fastdistill_map_v1, run) == 16);
PIN(offsetof(fastdistill_map_v1, destroy) == 24);
