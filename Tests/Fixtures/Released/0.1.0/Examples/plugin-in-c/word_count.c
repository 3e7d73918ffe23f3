/* A FastDistill plugin in C11: "words/count" reads a text and adds the number of its words.
 *
 * Read from the bottom: the entry, the four functions of the map interface, then the Arrow structs they fill.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fastdistill/plugin.h"

static const char spec[] =
    "{\"id\":\"words\",\"version\":\"1.0.0\",\"summary\":\"Counts words.\",\"toolchain\":\"c\",\"steps\":[{"
    "\"id\":\"count\",\"summary\":\"Counts the words of a text.\",\"cardinality\":\"one\","
    "\"grouped\":false,\"blind\":false,"
    "\"reads\":[{\"name\":\"text\",\"type\":\"utf8\",\"doc\":\"The text.\"}],"
    "\"adds\":[{\"name\":\"n\",\"type\":\"int64\",\"minimum\":0,\"doc\":\"Runs of bytes that are no ASCII space.\"}],"
    "\"rejects\":[],\"options\":[],"
    "\"examples\":[{\"with\":{},\"input\":[{\"text\":\"to be or\"}],\"output\":[{\"n\":3}]}]}]}";

/* ---- errors -------------------------------------------------------------------------------------------------- */

static fastdistill_status fail(fastdistill_error_v1 *error, fastdistill_status status, const char *where,
                               const char *message) {
    error->row = -1;
    strncpy(error->where, where, sizeof error->where - 1);
    strncpy(error->message, message, sizeof error->message - 1);
    return status;
}

/* ---- Arrow: what we hand out owns its memory and frees it when the host releases it ------------------------------- */

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchema *child = schema->children[i];
        if (child->release) child->release(child); /* NULL: the host moved it out */
        free(child);
    }
    free(schema->children);
    schema->release = NULL;
}

/* A batch schema with one non-null column. Names and formats are constants, so only the child is allocated. */
static bool make_schema(struct ArrowSchema *out, const char *name, const char *format) {
    struct ArrowSchema *child = calloc(1, sizeof *child);
    struct ArrowSchema **children = calloc(1, sizeof(struct ArrowSchema *));
    if (!child || !children) {
        free(child);
        free(children);
        return false;
    }
    child->format = format;
    child->name = name;
    child->release = release_schema;
    children[0] = child;
    memset(out, 0, sizeof *out);
    out->format = "+s";
    out->name = "";
    out->n_children = 1;
    out->children = children;
    out->release = release_schema;
    return true;
}

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) {
        struct ArrowArray *child = array->children[i];
        if (child->release) child->release(child);
        free(child);
    }
    for (int64_t i = 0; i < array->n_buffers; i++) free((void *)array->buffers[i]);
    free(array->children);
    free(array->buffers);
    array->release = NULL;
}

/* An array with room for its buffers and children, all zero; released whole, so a half-made one can be released too. */
static bool make_array(struct ArrowArray *out, int64_t length, int64_t buffers, int64_t children) {
    memset(out, 0, sizeof *out);
    out->length = length;
    out->buffers = calloc((size_t)buffers, sizeof(void *));
    out->children = calloc((size_t)children + 1, sizeof(struct ArrowArray *));
    out->release = release_array;
    if (!out->buffers || !out->children) return false;
    out->n_buffers = buffers;
    for (int64_t i = 0; i < children; i++) {
        out->children[i] = calloc(1, sizeof(struct ArrowArray));
        if (!out->children[i]) return false;
        out->n_children = i + 1;
    }
    return true;
}

/* A column of int64 without nulls; *values is where they go. */
static bool make_int64(struct ArrowArray *out, int64_t length, int64_t **values) {
    if (!make_array(out, length, 2, 0)) return false;
    *values = calloc((size_t)length + 1, sizeof(int64_t));
    out->buffers[1] = *values;
    return *values != NULL;
}

/* A column of text without rows: one offset, no bytes. */
static bool make_no_text(struct ArrowArray *out) {
    if (!make_array(out, 0, 3, 0)) return false;
    out->buffers[1] = calloc(1, sizeof(int32_t));
    out->buffers[2] = calloc(1, 1);
    return out->buffers[1] && out->buffers[2];
}

/* ---- the step -------------------------------------------------------------------------------------------------- */

/* The host carries the pointer; this step has no options and so nothing to remember. */
struct fastdistill_instance {
    char unused;
};

static fastdistill_status create(const char *step_id, const char *config_json, uint64_t config_length,
                                 const fastdistill_host_v1 *host, fastdistill_instance **out,
                                 fastdistill_error_v1 *error) {
    (void)config_json, (void)config_length, (void)host;
    if (strcmp(step_id, "count") != 0) return fail(error, FASTDISTILL_INTERNAL, "", "The plugin has no such step.");
    *out = calloc(1, sizeof **out);
    return *out ? FASTDISTILL_OK : fail(error, FASTDISTILL_INTERNAL, "", "Out of memory.");
}

static fastdistill_status bind(fastdistill_instance *instance, const struct ArrowSchema *input,
                               struct ArrowSchema *reads, struct ArrowSchema *adds, fastdistill_error_v1 *error) {
    (void)instance;
    const struct ArrowSchema *text = NULL;
    for (int64_t i = 0; i < input->n_children; i++) {
        if (strcmp(input->children[i]->name, "text") == 0) text = input->children[i];
    }
    if (!text) return fail(error, FASTDISTILL_INVALID_INPUT, "text", "Column `text` is missing; bind one to it.");
    if (strcmp(text->format, "u") != 0 || text->flags & ARROW_FLAG_NULLABLE) {
        return fail(error, FASTDISTILL_INVALID_INPUT, "text", "Column `text` must be utf8 without nulls.");
    }
    if (!make_schema(reads, "text", "u")) return fail(error, FASTDISTILL_INTERNAL, "", "Out of memory.");
    if (!make_schema(adds, "n", "l")) {
        reads->release(reads);
        return fail(error, FASTDISTILL_INTERNAL, "", "Out of memory.");
    }
    return FASTDISTILL_OK;
}

static int64_t count_words(const char *text, int32_t length) {
    int64_t words = 0;
    bool inside = false;
    for (int32_t i = 0; i < length; i++) {
        bool space = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
        if (!space && !inside) words++;
        inside = !space;
    }
    return words;
}

static fastdistill_status run(fastdistill_instance *instance, const fastdistill_call_v1 *call,
                              const struct ArrowArray *input, struct ArrowArray *out, struct ArrowArray *rejects,
                              fastdistill_error_v1 *error) {
    (void)instance, (void)call;
    int64_t *parent = NULL, *n = NULL, *none = NULL;
    bool made = make_array(out, input->length, 1, 2) && make_int64(out->children[0], input->length, &parent) &&
                make_int64(out->children[1], input->length, &n);
    made = made && make_array(rejects, 0, 1, 3) && make_int64(rejects->children[0], 0, &none) &&
           make_no_text(rejects->children[1]) && make_no_text(rejects->children[2]);
    if (!made) {
        if (out->release) out->release(out);
        if (rejects->release) rejects->release(rejects);
        memset(out, 0, sizeof *out); /* a failed call leaves its outputs zeroed */
        memset(rejects, 0, sizeof *rejects);
        return fail(error, FASTDISTILL_INTERNAL, "", "Out of memory.");
    }
    /* A batch may be a slice: its own offset and the column's both count. */
    const struct ArrowArray *text = input->children[0];
    const int32_t *offsets = (const int32_t *)text->buffers[1] + text->offset + input->offset;
    const char *bytes = text->buffers[2];
    for (int64_t row = 0; row < input->length; row++) {
        parent[row] = row;
        n[row] = count_words(bytes + offsets[row], offsets[row + 1] - offsets[row]);
    }
    return FASTDISTILL_OK;
}

static void destroy(fastdistill_instance *instance) { free(instance); }

/* ---- the entry ------------------------------------------------------------------------------------------------- */

static const fastdistill_map_v1 map = {create, bind, run, destroy};

static const void *get_interface(const char *interface_id) {
    return strcmp(interface_id, FASTDISTILL_MAP_V1) == 0 ? &map : NULL;
}

static const fastdistill_plugin_entry_v1 entry = {FASTDISTILL_ABI_VERSION, 0, spec, sizeof spec - 1, get_interface};

const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1(void) { return &entry; }
