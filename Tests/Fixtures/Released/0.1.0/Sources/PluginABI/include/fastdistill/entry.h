/* The one symbol a plugin exports, and the facts it states about itself. */
#ifndef FASTDISTILL_ENTRY_H
#define FASTDISTILL_ENTRY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FASTDISTILL_ABI_VERSION 1u

#if defined(_WIN32)
#define FASTDISTILL_EXPORT __declspec(dllexport)
#else
#define FASTDISTILL_EXPORT __attribute__((visibility("default")))
#endif

/* A plugin's static description. Lives as long as the library.
 *
 * `abi_version` is FASTDISTILL_ABI_VERSION of the header the plugin was built with.
 * `spec_json` is the plugin's spec: id, version, steps, columns, options, reject codes (Docs/specs/abi.md).
 * `get_interface` [any-thread] returns a static interface struct, or NULL for an id the plugin does not know.
 * Known ids: FASTDISTILL_MAP_V1 ("fastdistill.map/1") gives a const fastdistill_map_v1 *. */
typedef struct fastdistill_plugin_entry_v1 {
    uint32_t abi_version;
    uint32_t reserved; /* 0 */
    const char *spec_json;
    uint64_t spec_json_length;
    const void *(*get_interface)(const char *interface_id);
} fastdistill_plugin_entry_v1;

/* [any-thread] Returns the entry. The same pointer at every call; does no work that can fail. */
FASTDISTILL_EXPORT const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1(void);

#ifdef __cplusplus
}
#endif

#endif
