/* What the plugins of this folder share: a step in plain C that answers each text with a copy of it, and places where a
 * faulty one can go wrong.
 *
 * A plugin defines some of the macros below, includes this header, and writes its spec. */
#ifndef FASTDISTILL_FIXTURE_H
#define FASTDISTILL_FIXTURE_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fastdistill/plugin.h"

#ifndef ABI_VERSION
#define ABI_VERSION FASTDISTILL_ABI_VERSION
#endif
#ifndef INTERFACE
#define INTERFACE FASTDISTILL_MAP_V1
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef PLUGIN_ID
#define PLUGIN_ID "echo"
#endif
#ifndef TOOLCHAIN
#define TOOLCHAIN "c"
#endif
#ifndef STEP_MEMBERS
#define STEP_MEMBERS ""
#endif
#ifndef ADD_MEMBERS
#define ADD_MEMBERS ""
#endif
/* Bytes that an answer may have more than the text. */
#ifndef ROOM_A_ROW
#define ROOM_A_ROW 64
#endif
/* Statements at the start of create, bind, and of each row's work (with `row` and its `text` of `length` bytes). */
#ifndef ON_CREATE
#define ON_CREATE
#endif
#ifndef ON_BIND
#define ON_BIND
#endif
#ifndef ON_ROW
#define ON_ROW
#endif
/* Statements when all rows are done, with the filled `result`, and when the instance or an array is freed. */
#ifndef ON_RESULT
#define ON_RESULT
#endif
#ifndef ON_DESTROY
#define ON_DESTROY
#endif
#ifndef ON_RELEASE
#define ON_RELEASE
#endif

struct fastdistill_instance {
    const fastdistill_host_v1 *host;
    const fastdistill_progress_v1 *progress;
};

/* A result under construction: the rows of `out` and of `rejects`. */
typedef struct {
    int64_t rows, rejected;
    int64_t *parents, *reject_parents;
    int32_t *ends, *code_ends;
    char *bytes;
    char *codes;
    uint8_t *validity;
} result_t;

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    free((char *)schema->name);
    schema->release = NULL;
}

static void make_schema(struct ArrowSchema *schema, const char *format, const char *name, int64_t flags, int64_t children) {
    memset(schema, 0, sizeof *schema);
    schema->format = format;
    schema->name = strdup(name);
    schema->flags = flags;
    schema->n_children = children;
    schema->children = children ? calloc((size_t)children, sizeof *schema->children) : NULL;
    for (int64_t i = 0; i < children; i++) schema->children[i] = calloc(1, sizeof **schema->children);
    schema->release = release_schema;
}

static void release_array(struct ArrowArray *array) {
    ON_RELEASE
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
        free(array->children[i]);
    }
    for (int64_t i = 0; i < array->n_buffers; i++) free((void *)array->buffers[i]);
    free(array->children);
    free(array->buffers);
    array->release = NULL;
}

static void make_array(struct ArrowArray *array, int64_t length, int64_t buffers, int64_t children) {
    memset(array, 0, sizeof *array);
    array->length = length;
    array->n_buffers = buffers;
    array->buffers = calloc((size_t)buffers, sizeof *array->buffers);
    array->n_children = children;
    array->children = children ? calloc((size_t)children, sizeof *array->children) : NULL;
    for (int64_t i = 0; i < children; i++) array->children[i] = calloc(1, sizeof **array->children);
    array->release = release_array;
}

static inline void fail(fastdistill_error_v1 *error, int64_t row, const char *where, const char *message) {
    error->row = row;
    snprintf(error->where, sizeof error->where, "%s", where);
    snprintf(error->message, sizeof error->message, "%s", message);
}

static fastdistill_status fixture_create(const char *step, const char *config, uint64_t length,
                                         const fastdistill_host_v1 *host, fastdistill_instance **out,
                                         fastdistill_error_v1 *error) {
    (void)step, (void)config, (void)length, (void)error;
    ON_CREATE
    fastdistill_instance *instance = calloc(1, sizeof *instance);
    instance->host = host;
#ifdef REPORTS_PROGRESS
    instance->progress = host->get_interface(host->context, FASTDISTILL_PROGRESS_V1);
#endif
    *out = instance;
    return FASTDISTILL_OK;
}

static fastdistill_status fixture_bind(fastdistill_instance *instance, const struct ArrowSchema *input,
                                       struct ArrowSchema *reads, struct ArrowSchema *adds, fastdistill_error_v1 *error) {
    (void)instance, (void)input, (void)error;
    make_schema(reads, "+s", "", 0, 1);
    make_schema(reads->children[0], "u", "text", 0, 0);
    make_schema(adds, "+s", "", 0, 1);
    make_schema(adds->children[0], "u", "copy", 0, 0);
    ON_BIND
    return FASTDISTILL_OK;
}

static fastdistill_status fixture_run(fastdistill_instance *instance, const fastdistill_call_v1 *call,
                                      const struct ArrowArray *input, struct ArrowArray *out,
                                      struct ArrowArray *rejects, fastdistill_error_v1 *error) {
    (void)call, (void)error;
    const struct ArrowArray *texts = input->children[0];
    const int32_t *ends = (const int32_t *)texts->buffers[1];
    const char *bytes = texts->buffers[2];
    int64_t count = input->length;
    size_t room = (size_t)(ends[count] + ROOM_A_ROW * (count + 1));
    result_t result = {0};
    result.parents = calloc((size_t)count + 1, 8);
    result.reject_parents = calloc((size_t)count + 1, 8);
    result.ends = calloc((size_t)count + 2, 4);
    result.code_ends = calloc((size_t)count + 2, 4);
    result.bytes = malloc(room);
    result.codes = malloc(64 * (size_t)(count + 1));
    for (int64_t row = 0; row < count; row++) {
        const char *text = bytes + ends[row];
        int32_t length = ends[row + 1] - ends[row];
        (void)text;
        if (instance->progress) instance->progress->row(instance->host->context, (uint64_t)row);
        if (length == 6 && memcmp(text, "reject", 6) == 0) {
            int32_t start = result.code_ends[result.rejected];
            memcpy(result.codes + start, "not_text", 8);
            result.reject_parents[result.rejected++] = row;
            result.code_ends[result.rejected] = start + 8;
            continue;
        }
        ON_ROW
        int32_t start = result.ends[result.rows];
        memcpy(result.bytes + start, text, (size_t)length);
        result.parents[result.rows++] = row;
        result.ends[result.rows] = start + length;
    }
    ON_RESULT
    make_array(out, result.rows, 1, 2);
    make_array(out->children[0], result.rows, 2, 0);
    out->children[0]->buffers[1] = result.parents;
    make_array(out->children[1], result.rows, 3, 0);
    out->children[1]->buffers[0] = result.validity;
    out->children[1]->null_count = result.validity ? -1 : 0;
    out->children[1]->buffers[1] = result.ends;
    out->children[1]->buffers[2] = result.bytes;
    make_array(rejects, result.rejected, 1, 3);
    make_array(rejects->children[0], result.rejected, 2, 0);
    rejects->children[0]->buffers[1] = result.reject_parents;
    make_array(rejects->children[1], result.rejected, 3, 0);
    rejects->children[1]->buffers[1] = result.code_ends;
    rejects->children[1]->buffers[2] = result.codes;
    make_array(rejects->children[2], result.rejected, 3, 0);
    rejects->children[2]->null_count = result.rejected;
    rejects->children[2]->buffers[0] = calloc((size_t)result.rejected / 8 + 1, 1);
    rejects->children[2]->buffers[1] = calloc((size_t)result.rejected + 1, 4);
    return FASTDISTILL_OK;
}

static void fixture_destroy(fastdistill_instance *instance) {
    ON_DESTROY
    free(instance);
}

static const fastdistill_map_v1 fixture_map = {fixture_create, fixture_bind, fixture_run, fixture_destroy};

static const void *fixture_interface(const char *id) { return strcmp(id, INTERFACE) == 0 ? &fixture_map : NULL; }

#ifndef SPEC
#define SPEC                                                                                                           \
    "{\"id\": \"" PLUGIN_ID "\", \"version\": \"" VERSION "\", \"summary\": \"Copies texts.\", \"toolchain\": \"" TOOLCHAIN "\"," \
    " \"steps\": [{\"id\": \"copy\", \"summary\": \"Copies a text.\"" STEP_MEMBERS ","                                  \
    " \"reads\": [{\"name\": \"text\", \"type\": \"utf8\"}],"                                                           \
    " \"adds\": [{\"name\": \"copy\", \"type\": \"utf8\"" ADD_MEMBERS "}],"                                             \
    " \"rejects\": [{\"code\": \"not_text\", \"doc\": \"The text is 'reject'.\"}]}]}"
#endif

static const fastdistill_plugin_entry_v1 fixture_entry = {ABI_VERSION, 0, SPEC, sizeof SPEC - 1, fixture_interface};

const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1(void) { return &fixture_entry; }

#endif
