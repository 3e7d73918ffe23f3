/* FastDistill plugin ABI, version 1: everything a plugin and the host say to each other.
 *
 * A plugin is a dynamic library that exports one C function, fastdistill_plugin_v1(). The host loads it with
 * dlopen(RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE), normally in a worker process, and never unloads it.
 *
 *     entry = fastdistill_plugin_v1();                         entry.h
 *     map   = entry->get_interface("fastdistill.map/1");       map.h
 *     map->create(step, config)  ->  instance
 *     map->bind(instance, input schema)  ->  columns it reads, columns it adds
 *     map->run(instance, call, batch)    ->  added columns, rejected rows      (any number of times)
 *     map->destroy(instance)
 *
 * Rules that hold everywhere; a function's comment states only the exceptions.
 *
 * Frozen        A struct named *_v1 never changes, in size or in meaning. New capability is a new interface id with
 *               a new struct. Why: the Swift runtime identifies imported C structs by name in the whole process, so
 *               two libraries that know two layouts under one name crash each other.
 * Ownership     Inputs are borrowed: read-only, valid until the function returns. Outputs are zeroed by the caller,
 *               filled by the callee on success and left zeroed on failure; the caller releases them exactly once.
 *               Arrow data carries its own release callback (arrow.h).
 * Errors        Functions that can fail return a fastdistill_status; anything but FASTDISTILL_OK comes with a filled
 *               fastdistill_error_v1, which the caller allocated.
 * Text          Strings are UTF-8 and NUL-terminated unless a length stands beside them.
 * Threads       [any-thread] may be called on any thread, also at the same time. [serial] calls of one instance never
 *               overlap, but may come on different threads.
 */
#ifndef FASTDISTILL_PLUGIN_H
#define FASTDISTILL_PLUGIN_H

#include "fastdistill/arrow.h"
#include "fastdistill/entry.h"
#include "fastdistill/error.h"
#include "fastdistill/host.h"
#include "fastdistill/map.h"

#endif
