/* The four functions of "fastdistill.map/1", for steps that look at one row (kit.h).
 *
 * Memory that runs out is remembered in the row and ends the call; a step does not have to check for it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "options.h"

struct fastdistill_instance {
    const kit_step *step;
    kit_option_value *options;
    void *host_context;
    const fastdistill_progress_v1 *progress;
    const fastdistill_cancel_v1 *cancel;
};

/* ---- what a step asks and sets ---- */

struct kit_row {
    const fastdistill_instance *instance;
    const struct ArrowArray *input;
    int64_t index;
    kit_builder *adds, *rejects; /* parent, columns …; parent, code, detail */
    bool is_rejected, failed;
};

/* A batch may be a slice, and so may a column: both offsets count. */
static int64_t position_of(const kit_row *row, int read) {
    return row->index + row->input->offset + row->input->children[read]->offset;
}

static bool bit_at(const void *bits, int64_t position) {
    return ((const uint8_t *)bits)[position / 8] >> position % 8 & 1;
}

bool kit_is_null(const kit_row *row, int read) {
    const void *validity = row->input->children[read]->buffers[0];
    return validity && !bit_at(validity, position_of(row, read));
}

bool kit_get_bool(const kit_row *row, int read) {
    return bit_at(row->input->children[read]->buffers[1], position_of(row, read));
}

int64_t kit_get_int64(const kit_row *row, int read) {
    return ((const int64_t *)row->input->children[read]->buffers[1])[position_of(row, read)];
}

double kit_get_float64(const kit_row *row, int read) {
    return ((const double *)row->input->children[read]->buffers[1])[position_of(row, read)];
}

kit_text kit_get_text(const kit_row *row, int read) {
    const struct ArrowArray *column = row->input->children[read];
    const int32_t *ends = (const int32_t *)column->buffers[1] + position_of(row, read);
    return (kit_text){(const char *)column->buffers[2] + ends[0], (size_t)(ends[1] - ends[0])};
}

/* The column to set, without what the row has set in it before. */
static kit_builder *column_to_set(kit_row *row, int add) {
    kit_builder *column = &row->adds[add + 1];
    if (column->is_set) kit_clear_row(column);
    column->is_set = true;
    return column;
}

void kit_set_bool(kit_row *row, int add, bool value) { column_to_set(row, add)->value.boolean = value; }
void kit_set_int64(kit_row *row, int add, int64_t value) { column_to_set(row, add)->value.integer = value; }
void kit_set_float64(kit_row *row, int add, double value) { column_to_set(row, add)->value.number = value; }

void kit_set_text(kit_row *row, int add, kit_text value) {
    if (!kit_append_text(column_to_set(row, add), value)) row->failed = true;
}

void kit_add_message(kit_row *row, int add, const char *role, kit_text content) {
    kit_builder *column = &row->adds[add + 1], *parts = column->parts;
    column->is_set = true;
    bool added = kit_append_text(&parts[0], kit_string(role)) && kit_end_row(&parts[0]) &&
                 kit_append_text(&parts[1], content) && kit_end_row(&parts[1]);
    if (!added) row->failed = true;
}

void kit_reject(kit_row *row, const char *code, const char *format, ...) {
    if (row->is_rejected) return;
    char detail[256];
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    size_t length = strlen(detail);
    if (wanted >= (int)sizeof detail) { /* cut, and not in the middle of a character */
        while (length > 0 && (detail[length - 1] & 0xC0) == 0x80) length--;
        if (length > 0 && detail[length - 1] & 0x80) length--;
    }
    row->is_rejected = true;
    row->rejects[0].value.integer = row->index;
    row->rejects[0].is_set = true;
    if (!kit_append_text(&row->rejects[1], kit_string(code)) ||
        !kit_append_text(&row->rejects[2], (kit_text){detail, length})) {
        row->failed = true;
    }
}

bool kit_option_bool(const kit_row *row, int option) { return row->instance->options[option].boolean; }
int64_t kit_option_int64(const kit_row *row, int option) { return row->instance->options[option].integer; }
double kit_option_float64(const kit_row *row, int option) { return row->instance->options[option].number; }

kit_text kit_option_text(const kit_row *row, int option) {
    const kit_option_value *value = &row->instance->options[option];
    return (kit_text){value->bytes, value->length};
}

/* ---- what the host calls ---- */

static fastdistill_status out_of_memory(fastdistill_error_v1 *error) {
    return kit_fail(error, FASTDISTILL_INTERNAL, -1, "", "Out of memory.");
}

static void destroy(fastdistill_instance *instance) {
    for (int64_t i = 0; instance->options && instance->step->options[i].name; i++) free(instance->options[i].bytes);
    free(instance->options);
    free(instance);
}

static fastdistill_status create(const char *step_id, const char *config_json, uint64_t config_length,
                                 const fastdistill_host_v1 *host, fastdistill_instance **out,
                                 fastdistill_error_v1 *error) {
    const kit_step *const *step = kit_steps;
    while (*step && strcmp((*step)->id, step_id) != 0) step++;
    if (!*step) return kit_fail(error, FASTDISTILL_INTERNAL, -1, "", "The plugin has no such step.");
    fastdistill_instance *instance = calloc(1, sizeof *instance);
    char *json = calloc(1, config_length + 1);
    if (!instance || !json) {
        free(instance);
        free(json);
        return out_of_memory(error);
    }
    memcpy(json, config_json, config_length);
    instance->step = *step;
    size_t options = 0;
    while ((*step)->options[options].name) options++;
    instance->options = calloc(options + 1, sizeof(kit_option_value));
    fastdistill_status status = instance->options
                                    ? kit_read_options((*step)->options, json, instance->options, error)
                                    : out_of_memory(error);
    free(json);
    if (status != FASTDISTILL_OK) {
        destroy(instance);
        return status;
    }
    if (host) {
        instance->host_context = host->context;
        instance->progress = host->get_interface(host->context, FASTDISTILL_PROGRESS_V1);
        instance->cancel = host->get_interface(host->context, FASTDISTILL_CANCEL_V1);
    }
    *out = instance;
    return FASTDISTILL_OK;
}

static fastdistill_status bind(fastdistill_instance *instance, const struct ArrowSchema *input,
                               struct ArrowSchema *reads, struct ArrowSchema *adds, fastdistill_error_v1 *error) {
    static const char *const names[] = {"", "bool", "int64", "float64", "utf8"};
    const kit_step *step = instance->step;
    for (const kit_column *column = step->reads; column->name; column++) {
        const struct ArrowSchema *offered = NULL;
        for (int64_t i = 0; i < input->n_children; i++) {
            if (strcmp(input->children[i]->name, column->name) == 0) offered = input->children[i];
        }
        bool may_be_null = column->type & KIT_NULLABLE;
        char message[sizeof error->message];
        if (!offered) {
            snprintf(message, sizeof message, "Column `%s` is missing; bind one to it.", column->name);
            return kit_fail(error, FASTDISTILL_INVALID_INPUT, -1, column->name, message);
        }
        if (strcmp(offered->format, kit_format(column->type)) != 0 ||
            (offered->flags & ARROW_FLAG_NULLABLE && !may_be_null)) {
            snprintf(message, sizeof message, "Column `%s` must be %s%s.", column->name,
                     names[kit_kind(column->type)], may_be_null ? "" : " without nulls");
            return kit_fail(error, FASTDISTILL_INVALID_INPUT, -1, column->name, message);
        }
    }
    if (kit_make_schema(reads, step->reads) && kit_make_schema(adds, step->adds)) return FASTDISTILL_OK;
    if (reads->release) reads->release(reads);
    if (adds->release) adds->release(adds);
    memset(reads, 0, sizeof *reads); /* a failed call leaves its outputs zeroed */
    memset(adds, 0, sizeof *adds);
    return out_of_memory(error);
}

/* Runs the step on one row and takes what it has set; a failure that is not for want of memory fills the error. */
static fastdistill_status run_row(kit_row *row, int64_t columns, fastdistill_error_v1 *error) {
    const fastdistill_instance *instance = row->instance;
    if (instance->cancel && instance->cancel->is_cancelled(instance->host_context)) {
        return kit_fail(error, FASTDISTILL_CANCELLED, row->index, "", "Cancelled.");
    }
    /* So that the host knows which row it was when a step crashes or hangs. */
    if (instance->progress) instance->progress->row(instance->host_context, (uint64_t)row->index);
    row->is_rejected = false;
    instance->step->run(row);
    if (row->is_rejected) {
        for (int64_t i = 1; i < columns; i++) kit_clear_row(&row->adds[i]);
        for (int i = 0; i < 3; i++) row->failed |= !kit_end_row(&row->rejects[i]);
        return FASTDISTILL_OK;
    }
    row->adds[0].value.integer = row->index;
    row->adds[0].is_set = true;
    for (int64_t i = 0; i < columns; i++) {
        if (!row->adds[i].is_set && !(row->adds[i].type & KIT_NULLABLE)) {
            return kit_fail(error, FASTDISTILL_INTERNAL, row->index, instance->step->adds[i - 1].name,
                        "The step has not set the column, which is never null.");
        }
        row->failed |= !kit_end_row(&row->adds[i]);
    }
    return FASTDISTILL_OK;
}

static fastdistill_status run(fastdistill_instance *instance, const fastdistill_call_v1 *call,
                              const struct ArrowArray *input, struct ArrowArray *out, struct ArrowArray *rejects,
                              fastdistill_error_v1 *error) {
    (void)call;
    static const int rejected[] = {KIT_INT64, KIT_TEXT, KIT_TEXT | KIT_NULLABLE};
    const kit_column *adds = instance->step->adds;
    int64_t columns = kit_count(adds) + 1;
    kit_builder reject_columns[3] = {0};
    kit_row row = {.instance = instance, .input = input, .rejects = reject_columns};
    row.adds = calloc((size_t)columns, sizeof(kit_builder));
    if (!row.adds) return out_of_memory(error);
    row.failed = !kit_begin_column(&row.adds[0], KIT_INT64);
    for (int64_t i = 1; i < columns; i++) row.failed |= !kit_begin_column(&row.adds[i], adds[i - 1].type);
    for (int i = 0; i < 3; i++) row.failed |= !kit_begin_column(&reject_columns[i], rejected[i]);

    fastdistill_status status = FASTDISTILL_OK;
    for (; row.index < input->length && status == FASTDISTILL_OK && !row.failed; row.index++) {
        status = run_row(&row, columns, error);
    }
    row.failed = row.failed || (status == FASTDISTILL_OK && !(kit_finish_batch(row.adds, columns, out) &&
                                                               kit_finish_batch(reject_columns, 3, rejects)));
    for (int64_t i = 0; i < columns; i++) kit_free_column(&row.adds[i]);
    for (int i = 0; i < 3; i++) kit_free_column(&reject_columns[i]);
    free(row.adds);
    if (status == FASTDISTILL_OK && !row.failed) return FASTDISTILL_OK;
    if (out->release) out->release(out);
    if (rejects->release) rejects->release(rejects);
    memset(out, 0, sizeof *out); /* a failed call leaves its outputs zeroed */
    memset(rejects, 0, sizeof *rejects);
    return row.failed ? out_of_memory(error) : status;
}

const fastdistill_map_v1 kit_map = {create, bind, run, destroy};
