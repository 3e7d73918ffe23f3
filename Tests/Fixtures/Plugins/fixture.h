/* What the plugins of this folder share: a step in plain C that answers each text with a copy of it, does all that the
 * conformance kit looks for, and has places where a faulty one can go wrong.
 *
 * A plugin defines some of the macros below, includes this header, and writes its spec. With RICH the step has options,
 * a column that may be null and one that may be left out. */
#ifndef FASTDISTILL_FIXTURE_H
#define FASTDISTILL_FIXTURE_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
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
/* Bytes that an answer may have more than the texts of its row. */
#ifndef ROOM_A_ROW
#define ROOM_A_ROW 64
#endif
/* The options, as a table for config.h. */
#ifndef OPTIONS
#ifdef RICH
#define OPTIONS                                                                                                        \
    {.name = "suffix", .kind = 's'}, {.name = "limit", .kind = 'i', .minimum = 1, .maximum = 10000000},                \
        {.name = "style", .kind = 's', .required = true, .choices = {"plain", "loud"}}, {.name = "words", .kind = 's'},
#else
#define OPTIONS
#endif
#endif
enum { suffix_option, limit_option, style_option, words_option };

/* Statements at the start of create, with the new instance, at the end of bind (with `reads` and `adds` filled), at the
 * start of run (with `texts`), at the start of each row's work (with `row` and its `text` of `length` bytes), when all
 * rows are done (with the filled `result`), with the filled `out` and `rejects`, when the host asks to stop, and when an
 * instance or an array is freed. */
#ifndef ON_CREATE
#define ON_CREATE
#endif
#ifndef ON_INSTANCE
#define ON_INSTANCE
#endif
#ifndef ON_BIND
#define ON_BIND
#endif
#ifndef ON_RUN
#define ON_RUN
#endif
#ifndef ON_ROW
#define ON_ROW
#endif
#ifndef ON_RESULT
#define ON_RESULT
#endif
#ifndef ON_OUT
#define ON_OUT
#endif
#ifndef ON_CANCEL
#define ON_CANCEL
#endif
#ifndef ON_DESTROY
#define ON_DESTROY
#endif
#ifndef ON_RELEASE
#define ON_RELEASE
#endif
#ifndef MARK_RELEASED
#define MARK_RELEASED(released) (released)->release = NULL;
#endif
/* Which row is reported, which interface is known, and what the entry is. */
#ifndef REPORT
#define REPORT(row) (row)
#endif
#ifndef KNOWS
#define KNOWS(id) (strcmp(id, INTERFACE) == 0)
#endif
#ifndef ENTRY
#define ENTRY &fixture_entry
#endif
/* How a row of a column is found, and how a column of the input. */
#ifndef PLACE
#define PLACE(batch, column, row) ((batch)->offset + (column)->offset + (row))
#endif
#ifndef IS_COLUMN
#define IS_COLUMN(column, index, wanted) (strcmp((column)->name, (wanted)->name) == 0)
#endif
/* What bind refuses of a column, or NULL. */
#ifndef COLUMN_FAULT
#define COLUMN_FAULT(column, wanted)                                                                                   \
    (strcmp((column)->format, (wanted)->format) != 0                     ? "The column is of another type."            \
     : (column)->flags & ARROW_FLAG_NULLABLE && !(wanted)->nullable ? "The column must not be null."                   \
                                                                    : NULL)
#endif
#ifndef MISSING_COLUMN
#define MISSING_COLUMN(wanted) ((wanted)->optional ? NULL : "The column is missing; bind one to it.")
#endif
#ifndef REFUSE_COLUMN
#define REFUSE_COLUMN(wanted, fault)                                                                                   \
    fail(error, -1, (wanted)->name, fault);                                                                            \
    return FASTDISTILL_INVALID_INPUT;
#endif
#ifndef IS_NULL
#define IS_NULL(column, place)                                                                                         \
    ((column)->buffers[0] && !(((const uint8_t *)(column)->buffers[0])[(place) / 8] >> ((place) % 8) & 1))
#endif

#ifdef RICH
enum { is_rich = 1 };
#else
enum { is_rich = 0 };
#endif

typedef struct {
    const char *name, *format;
    bool nullable, optional;
} column_t;

enum { text_column, note_column, score_column, column_count };

static const column_t columns[column_count] = {
    {.name = "text", .format = "u"},
    {.name = "note", .format = "u", .nullable = true, .optional = !is_rich},
    {.name = "score", .format = "l", .optional = true},
};

static const option_t options[] = {OPTIONS{.name = NULL}};

struct fastdistill_instance {
    const fastdistill_host_v1 *host;
    const fastdistill_progress_v1 *progress;
    const fastdistill_cancel_v1 *cancel;
    config_t config;
    /* Where each column stands in a batch; -1 where it is not bound. */
    int places[column_count];
    /* For those that remember something. */
    int64_t memory;
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
    MARK_RELEASED(schema)
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
    MARK_RELEASED(array)
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

static fastdistill_status fixture_create(const char *step, const char *config, uint64_t length,
                                         const fastdistill_host_v1 *host, fastdistill_instance **out,
                                         fastdistill_error_v1 *error) {
    (void)step;
    ON_CREATE
    fastdistill_instance *instance = calloc(1, sizeof *instance);
    instance->host = host;
#ifdef REPORTS_PROGRESS
    instance->progress = host->get_interface(host->context, FASTDISTILL_PROGRESS_V1);
#endif
    instance->cancel = host->get_interface(host->context, FASTDISTILL_CANCEL_V1);
    ON_INSTANCE
    if (!read_config(config, length, options, &instance->config, error)) {
        free(instance);
        return FASTDISTILL_INVALID_CONFIG;
    }
    *out = instance;
    return FASTDISTILL_OK;
}

static void fixture_destroy(fastdistill_instance *instance) {
    ON_DESTROY
    free_config(&instance->config);
    free(instance);
}

static fastdistill_status fixture_bind(fastdistill_instance *instance, const struct ArrowSchema *input,
                                       struct ArrowSchema *reads, struct ArrowSchema *adds, fastdistill_error_v1 *error) {
    (void)error;
    int count = 0;
    for (int index = 0; index < column_count; index++) {
        const column_t *wanted = &columns[index];
        const struct ArrowSchema *found = NULL;
        for (int64_t i = 0; i < input->n_children; i++)
            if (IS_COLUMN(input->children[i], i - index, wanted)) found = input->children[i];
        const char *fault = found ? COLUMN_FAULT(found, wanted) : MISSING_COLUMN(wanted);
        if (fault) { REFUSE_COLUMN(wanted, fault) }
        instance->places[index] = found ? count++ : -1;
    }
    make_schema(reads, "+s", "", 0, count);
    for (int index = 0; index < column_count; index++)
        if (instance->places[index] >= 0)
            make_schema(reads->children[instance->places[index]], columns[index].format, columns[index].name,
                        columns[index].nullable ? ARROW_FLAG_NULLABLE : 0, 0);
    make_schema(adds, "+s", "", 0, 1);
    make_schema(adds->children[0], "u", "copy", 0, 0);
    ON_BIND
    return FASTDISTILL_OK;
}

static void free_result(result_t *result) {
    free(result->parents), free(result->reject_parents), free(result->ends), free(result->code_ends);
    free(result->bytes), free(result->codes), free(result->validity);
}

static void append(result_t *result, const char *text, int32_t length) {
    memcpy(result->bytes + result->ends[result->rows + 1], text, (size_t)length);
    result->ends[result->rows + 1] += length;
}

/* The column of a batch that was bound, or NULL. */
static const struct ArrowArray *bound_column(const fastdistill_instance *instance, const struct ArrowArray *input,
                                             int index) {
    return instance->places[index] < 0 ? NULL : input->children[instance->places[index]];
}

/* Bytes of all rows of a text column. */
static int64_t text_bytes(const struct ArrowArray *input, const struct ArrowArray *column) {
    if (column == NULL) return 0;
    const int32_t *ends = column->buffers[1];
    return ends[PLACE(input, column, input->length)] - ends[PLACE(input, column, 0)];
}

static fastdistill_status fixture_run(fastdistill_instance *instance, const fastdistill_call_v1 *call,
                                      const struct ArrowArray *input, struct ArrowArray *out,
                                      struct ArrowArray *rejects, fastdistill_error_v1 *error) {
    (void)call, (void)error;
    const struct ArrowArray *texts = input->children[0];
    const struct ArrowArray *notes = bound_column(instance, input, note_column);
    const struct ArrowArray *scores = bound_column(instance, input, score_column);
    const config_t *config = &instance->config;
    const char *suffix = config->texts[suffix_option] ? config->texts[suffix_option] : "";
    const char *style = config->texts[style_option];
    const int32_t *ends = (const int32_t *)texts->buffers[1];
    const char *bytes = texts->buffers[2];
    int64_t count = input->length;
    ON_RUN
    size_t room = (size_t)(text_bytes(input, texts) + text_bytes(input, notes) +
                           (ROOM_A_ROW + (int64_t)strlen(suffix)) * (count + 1));
    result_t result = {0};
    result.parents = calloc((size_t)count + 1, 8);
    result.reject_parents = calloc((size_t)count + 1, 8);
    result.ends = calloc((size_t)count + 2, 4);
    result.code_ends = calloc((size_t)count + 2, 4);
    result.bytes = malloc(room);
    result.codes = malloc(64 * (size_t)(count + 1));
    for (int64_t row = 0; row < count; row++) {
        const char *text = bytes + ends[PLACE(input, texts, row)];
        int32_t length = ends[PLACE(input, texts, row) + 1] - ends[PLACE(input, texts, row)];
        if (instance->cancel && instance->cancel->is_cancelled(instance->host->context)) {
            free_result(&result);
            ON_CANCEL
            fail(error, row, "", "The run was cancelled.");
            return FASTDISTILL_CANCELLED;
        }
        if (instance->progress) instance->progress->row(instance->host->context, (uint64_t)REPORT(row));
        if ((length == 6 && memcmp(text, "reject", 6) == 0) ||
            (config->given[limit_option] && length > config->numbers[limit_option])) {
            int32_t start = result.code_ends[result.rejected];
            memcpy(result.codes + start, "not_text", 8);
            result.reject_parents[result.rejected++] = row;
            result.code_ends[result.rejected] = start + 8;
            continue;
        }
        ON_ROW
        result.ends[result.rows + 1] = result.ends[result.rows];
        append(&result, text, length);
        append(&result, suffix, (int32_t)strlen(suffix));
        if (style && strcmp(style, "loud") == 0) append(&result, "!", 1);
        if (notes && !IS_NULL(notes, PLACE(input, notes, row))) {
            const int32_t *note = (const int32_t *)notes->buffers[1] + PLACE(input, notes, row);
            append(&result, (const char *)notes->buffers[2] + note[0], note[1] - note[0]);
        }
        if (scores) {
            char digits[24];
            const int64_t *values = scores->buffers[1];
            append(&result, digits,
                   snprintf(digits, sizeof digits, "%lld", (long long)values[PLACE(input, scores, row)]));
        }
        result.parents[result.rows++] = row;
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
    ON_OUT
    return FASTDISTILL_OK;
}

static const fastdistill_map_v1 fixture_map = {fixture_create, fixture_bind, fixture_run, fixture_destroy};

static const void *fixture_interface(const char *id) { return KNOWS(id) ? &fixture_map : NULL; }

/* What the spec of a rich step has more. */
#ifndef RICH_READS
#ifdef RICH
#define RICH_READS                                                                                                     \
    ", {\"name\": \"note\", \"type\": \"utf8\", \"nullable\": true},"                                                  \
    " {\"name\": \"score\", \"type\": \"int64\", \"optional\": true}"
#else
#define RICH_READS ""
#endif
#endif
#ifndef RICH_MEMBERS
#ifdef RICH
#define RICH_MEMBERS                                                                                                   \
    ", \"options\": [{\"name\": \"suffix\", \"type\": \"string\", \"default\": \"\"},"                                 \
    " {\"name\": \"limit\", \"type\": \"integer\", \"minimum\": 1, \"maximum\": 10000000, \"default\": 5000000},"      \
    " {\"name\": \"style\", \"type\": \"string\", \"choices\": [\"plain\", \"loud\"], \"required\": true},"            \
    " {\"name\": \"words\", \"type\": \"resource\"}],"                                                                 \
    " \"examples\": [{\"with\": {\"style\": \"loud\", \"suffix\": \"\\u00e9\"},"                                       \
    " \"input\": [{\"text\": \"a\", \"note\": \"b\", \"score\": -3},"                                                  \
    " {\"text\": \"reject\", \"note\": null, \"score\": 0}],"                                                          \
    " \"output\": [{\"copy\": \"a\\u00e9!b-3\"}]},"                                                                    \
    " {\"with\": {\"style\": \"plain\", \"limit\": 2}, \"input\": [{\"text\": \"abc\"}, {\"text\": \"ab\"}],"          \
    " \"output\": [{\"copy\": \"ab\"}]}]"
#else
#define RICH_MEMBERS ""
#endif
#endif

#ifndef SPEC
#define SPEC                                                                                                           \
    "{\"id\": \"" PLUGIN_ID "\", \"version\": \"" VERSION "\", \"summary\": \"Copies texts.\", \"toolchain\": \"" TOOLCHAIN "\"," \
    " \"steps\": [{\"id\": \"copy\", \"summary\": \"Copies a text.\"" STEP_MEMBERS ","                                 \
    " \"reads\": [{\"name\": \"text\", \"type\": \"utf8\"}" RICH_READS "],"                                            \
    " \"adds\": [{\"name\": \"copy\", \"type\": \"utf8\"" ADD_MEMBERS "}],"                                            \
    " \"rejects\": [{\"code\": \"not_text\", \"doc\": \"The text is 'reject'.\"}]" RICH_MEMBERS "}]}"
#endif

static const fastdistill_plugin_entry_v1 fixture_entry = {ABI_VERSION, 0, SPEC, sizeof SPEC - 1, fixture_interface};

const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1(void) { return ENTRY; }

#endif
