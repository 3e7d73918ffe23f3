/* The work of the boundary benchmark in C: "copy_c/copy_1" and "copy_c/copy_8" read utf8 columns and add a copy of each,
 * row by row, as a step would that makes a text of a text.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastdistill/plugin.h"

enum { most_columns = 8 };

#define READ(n) "{\"name\":\"t" #n "\",\"type\":\"utf8\",\"doc\":\"A text.\"}"
#define ADD(n) "{\"name\":\"c" #n "\",\"type\":\"utf8\",\"doc\":\"Its copy.\"}"
#define ALL(COLUMN) COLUMN(0) "," COLUMN(1) "," COLUMN(2) "," COLUMN(3) "," COLUMN(4) "," COLUMN(5) "," COLUMN(6) "," COLUMN(7)

static const char spec[] =
    "{\"id\":\"copy_c\",\"version\":\"1.0.0\",\"summary\":\"Copies texts.\",\"toolchain\":\"c\",\"steps\":["
    "{\"id\":\"copy_1\",\"summary\":\"Copies one.\",\"reads\":[" READ(0) "],\"adds\":[" ADD(0) "]},"
    "{\"id\":\"copy_8\",\"summary\":\"Copies eight.\",\"reads\":[" ALL(READ) "],\"adds\":[" ALL(ADD) "]}]}";

struct fastdistill_instance {
    int columns;
    const fastdistill_host_v1 *host;
    const fastdistill_progress_v1 *progress;
};

static fastdistill_status fail(fastdistill_error_v1 *error, const char *message) {
    error->row = -1;
    snprintf(error->message, sizeof error->message, "%s", message);
    return FASTDISTILL_INTERNAL;
}

/* ---- schemas --------------------------------------------------------------------------------------------------- */

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    free((char *)schema->name);
    schema->release = NULL;
}

static bool make_schema(struct ArrowSchema *schema, const char *format, const char *name, int children) {
    memset(schema, 0, sizeof *schema);
    schema->format = format;
    schema->name = strdup(name);
    schema->children = calloc((size_t)children + 1, sizeof *schema->children);
    schema->release = release_schema;
    if (!schema->name || !schema->children) return false;
    for (int i = 0; i < children; i++) {
        schema->children[i] = calloc(1, sizeof **schema->children);
        if (!schema->children[i]) return false;
        schema->n_children = i + 1;
    }
    return true;
}

/* `columns` texts called PREFIX0, PREFIX1, … */
static bool make_text_schema(struct ArrowSchema *schema, const char *prefix, int columns) {
    if (!make_schema(schema, "+s", "", columns)) return false;
    for (int i = 0; i < columns; i++) {
        char name[16];
        snprintf(name, sizeof name, "%s%d", prefix, i);
        if (!make_schema(schema->children[i], "u", name, 0)) return false;
    }
    return true;
}

/* ---- arrays ---------------------------------------------------------------------------------------------------- */

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
        free(array->children[i]);
    }
    for (int64_t i = 0; i < array->n_buffers; i++) free((void *)array->buffers[i]);
    free(array->children);
    free(array->buffers);
    array->release = NULL;
}

static bool make_array(struct ArrowArray *array, int64_t length, int buffers, int children) {
    memset(array, 0, sizeof *array);
    array->length = length;
    array->buffers = calloc((size_t)buffers, sizeof *array->buffers);
    array->children = calloc((size_t)children + 1, sizeof *array->children);
    array->release = release_array;
    if (!array->buffers || !array->children) return false;
    array->n_buffers = buffers;
    for (int i = 0; i < children; i++) {
        array->children[i] = calloc(1, sizeof **array->children);
        if (!array->children[i]) return false;
        array->n_children = i + 1;
    }
    return true;
}

static bool make_int64(struct ArrowArray *array, int64_t length) {
    if (!make_array(array, length, 2, 0)) return false;
    array->buffers[1] = malloc((size_t)length * 8 + 1);
    return array->buffers[1] != NULL;
}

/* Room for `length` texts of `bytes` bytes in all. */
static bool make_texts(struct ArrowArray *array, int64_t length, size_t bytes) {
    if (!make_array(array, length, 3, 0)) return false;
    array->buffers[1] = malloc(((size_t)length + 1) * 4);
    array->buffers[2] = malloc(bytes + 1);
    if (!array->buffers[1] || !array->buffers[2]) return false;
    *(int32_t *)array->buffers[1] = 0;
    return true;
}

/* ---- the four functions ---------------------------------------------------------------------------------------- */

static fastdistill_status create(const char *step, const char *config, uint64_t length,
                                 const fastdistill_host_v1 *host, fastdistill_instance **out,
                                 fastdistill_error_v1 *error) {
    (void)config, (void)length;
    fastdistill_instance *instance = calloc(1, sizeof *instance);
    if (!instance) return fail(error, "out of memory");
    instance->columns = strcmp(step, "copy_8") == 0 ? most_columns : 1;
    instance->host = host;
    instance->progress = host->get_interface(host->context, FASTDISTILL_PROGRESS_V1);
    *out = instance;
    return FASTDISTILL_OK;
}

static fastdistill_status bind(fastdistill_instance *instance, const struct ArrowSchema *input,
                               struct ArrowSchema *reads, struct ArrowSchema *adds, fastdistill_error_v1 *error) {
    (void)input;
    if (make_text_schema(reads, "t", instance->columns) && make_text_schema(adds, "c", instance->columns))
        return FASTDISTILL_OK;
    if (reads->release) reads->release(reads);
    if (adds->release) adds->release(adds);
    return fail(error, "out of memory");
}

/* A text column on its way: where it is read, where it is written. */
typedef struct {
    const int32_t *source_ends;
    const char *source;
    int32_t *ends;
    char *bytes;
    size_t used;
} text_column;

/* `input` is a child of a batch whose rows begin at its row `first`. */
static bool prepare(const struct ArrowArray *input, int64_t first, int64_t rows, struct ArrowArray *output,
                    text_column *column) {
    const int32_t *ends = (const int32_t *)input->buffers[1] + input->offset + first;
    if (!make_texts(output, rows, (size_t)(ends[rows] - ends[0]))) return false;
    *column = (text_column){.source_ends = ends, .source = input->buffers[2], .ends = (int32_t *)output->buffers[1],
                            .bytes = (char *)output->buffers[2]};
    return true;
}

static bool copy_rows(const fastdistill_instance *instance, const struct ArrowArray *input, struct ArrowArray *out) {
    text_column columns[most_columns];
    int64_t rows = input->length;
    if (!make_array(out, rows, 1, instance->columns + 1) || !make_int64(out->children[0], rows)) return false;
    for (int i = 0; i < instance->columns; i++)
        if (!prepare(input->children[i], input->offset, rows, out->children[i + 1], &columns[i])) return false;
    int64_t *parents = (int64_t *)out->children[0]->buffers[1];
    for (int64_t row = 0; row < rows; row++) {
        if (instance->progress) instance->progress->row(instance->host->context, (uint64_t)row);
        for (int i = 0; i < instance->columns; i++) {
            text_column *column = &columns[i];
            size_t length = (size_t)(column->source_ends[row + 1] - column->source_ends[row]);
            memcpy(column->bytes + column->used, column->source + column->source_ends[row], length);
            column->used += length;
            column->ends[row + 1] = (int32_t)column->used;
        }
        parents[row] = row;
    }
    return true;
}

static bool make_no_rejects(struct ArrowArray *rejects) {
    return make_array(rejects, 0, 1, 3) && make_int64(rejects->children[0], 0) &&
           make_texts(rejects->children[1], 0, 0) && make_texts(rejects->children[2], 0, 0);
}

static fastdistill_status run(fastdistill_instance *instance, const fastdistill_call_v1 *call,
                              const struct ArrowArray *input, struct ArrowArray *out, struct ArrowArray *rejects,
                              fastdistill_error_v1 *error) {
    (void)call;
    if (copy_rows(instance, input, out) && make_no_rejects(rejects)) return FASTDISTILL_OK;
    if (out->release) out->release(out);
    if (rejects->release) rejects->release(rejects);
    return fail(error, "out of memory");
}

static void destroy(fastdistill_instance *instance) { free(instance); }

/* ---- the entry ------------------------------------------------------------------------------------------------- */

static const fastdistill_map_v1 map = {create, bind, run, destroy};

static const void *get_interface(const char *interface_id) {
    return strcmp(interface_id, FASTDISTILL_MAP_V1) == 0 ? &map : NULL;
}

static const fastdistill_plugin_entry_v1 entry = {FASTDISTILL_ABI_VERSION, 0, spec, sizeof spec - 1, get_interface};

const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1(void) { return &entry; }
