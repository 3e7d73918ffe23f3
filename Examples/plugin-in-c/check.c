/* Loads the plugin as the host does and runs one batch, a slice, through it: `make check`. */
#include <assert.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "fastdistill/plugin.h"

int main(int count, char **arguments) {
    assert(count == 2);
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
    const fastdistill_plugin_entry_v1 *(*entry_function)(void);
    *(void **)&entry_function = dlsym(library, "fastdistill_plugin_v1");
    assert(entry_function);
    const fastdistill_plugin_entry_v1 *entry = entry_function();
    assert(entry == entry_function() && entry->abi_version == FASTDISTILL_ABI_VERSION);
    assert(strlen(entry->spec_json) == entry->spec_json_length);
    assert(!entry->get_interface("fastdistill.map/2"));
    const fastdistill_map_v1 *map = entry->get_interface(FASTDISTILL_MAP_V1);
    assert(map);

    fastdistill_error_v1 error = {0};
    fastdistill_instance *instance = NULL;
    assert(map->create("nothing", "{}", 2, NULL, &instance, &error) == FASTDISTILL_INTERNAL && !instance);
    assert(map->create("count", "{}", 2, NULL, &instance, &error) == FASTDISTILL_OK && instance);

    struct ArrowSchema column = {.format = "u", .name = "text", .flags = ARROW_FLAG_NULLABLE};
    struct ArrowSchema *columns[] = {&column};
    struct ArrowSchema schema = {.format = "+s", .name = "", .n_children = 1, .children = columns};
    struct ArrowSchema reads = {0}, adds = {0};
    assert(map->bind(instance, &schema, &reads, &adds, &error) == FASTDISTILL_INVALID_INPUT && !reads.release);
    assert(strcmp(error.where, "text") == 0);
    assert(strcmp(error.message, "Column `text` must be utf8 without nulls.") == 0);
    column.flags = 0;
    assert(map->bind(instance, &schema, &reads, &adds, &error) == FASTDISTILL_OK);
    assert(strcmp(reads.children[0]->name, "text") == 0 && strcmp(adds.children[0]->format, "l") == 0);
    reads.release(&reads);
    adds.release(&adds);

    const int32_t offsets[] = {0, 4, 13, 13, 18, 22};
    const void *buffers[] = {NULL, offsets, "skipto be\tor not a b x"};
    struct ArrowArray text = {.length = 5, .n_buffers = 3, .buffers = buffers};
    struct ArrowArray *children[] = {&text};
    const void *validity[] = {NULL};
    struct ArrowArray input = {
        .length = 4, .offset = 1, .n_buffers = 1, .buffers = validity, .n_children = 1, .children = children};
    struct ArrowArray out = {0}, rejects = {0};
    fastdistill_call_v1 call = {.run_id = "check", .node_id = "count"};
    assert(map->run(instance, &call, &input, &out, &rejects, &error) == FASTDISTILL_OK);
    assert(out.length == 4 && out.n_children == 2 && rejects.length == 0 && rejects.n_children == 3);
    const int64_t *parent = out.children[0]->buffers[1], *n = out.children[1]->buffers[1];
    const int64_t expected[] = {3, 0, 2, 2};
    for (int row = 0; row < 4; row++) assert(parent[row] == row && n[row] == expected[row]);
    out.release(&out);
    rejects.release(&rejects);
    assert(!out.release && !rejects.release);
    map->destroy(instance);
    puts("words/count works");
    return 0;
}
