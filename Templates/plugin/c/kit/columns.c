/* Columns: buffers that grow, Arrow arrays and schemas (columns.h).
 *
 * What is handed over owns its memory and carries a function that frees it, which the host calls once.
 */
#include "columns.h"

#include <stdlib.h>
#include <string.h>

/* Adds room for `count` bytes, all zero; NULL when there is no memory. Never leaves bytes NULL, not even for 0. */
static char *grow(kit_buffer *into, size_t count) {
    if (into->capacity - into->length < count || !into->bytes) {
        size_t capacity = 2 * into->capacity + count + 64;
        char *bytes = realloc(into->bytes, capacity);
        if (!bytes) return NULL;
        into->bytes = bytes;
        into->capacity = capacity;
    }
    char *place = into->bytes + into->length;
    memset(place, 0, count);
    into->length += count;
    return place;
}

static bool append(kit_buffer *into, const void *bytes, size_t count) {
    char *place = grow(into, count);
    if (place && count > 0) memcpy(place, bytes, count);
    return place != NULL;
}

/* Bits are added one after the other; `position` is how many there are. */
static bool append_bit(kit_buffer *into, int64_t position, bool bit) {
    if (position % 8 == 0 && !grow(into, 1)) return false;
    if (bit) into->bytes[position / 8] |= (char)(1 << position % 8);
    return true;
}

static int kind(const kit_builder *column) { return kit_kind(column->type); }

bool kit_begin_column(kit_builder *column, int type) {
    memset(column, 0, sizeof *column);
    column->type = type;
    if (!grow(&column->values, 0) || !grow(&column->validity, 0) || !grow(&column->bytes, 0)) return false;
    if (kind(column) != KIT_TEXT && kind(column) != KIT_MESSAGES) return true;
    if (!grow(&column->values, sizeof(int32_t))) return false;
    if (kind(column) == KIT_TEXT) return true;
    kit_builder *parts = column->parts = calloc(2, sizeof(kit_builder));
    return parts && kit_begin_column(&parts[0], KIT_TEXT) && kit_begin_column(&parts[1], KIT_TEXT);
}

void kit_free_column(kit_builder *column) {
    free(column->values.bytes);
    free(column->validity.bytes);
    free(column->bytes.bytes);
    for (int i = 0; column->parts && i < 2; i++) kit_free_column(&column->parts[i]);
    free(column->parts);
}

/* Where the row that is worked on begins in the texts or messages of the column. */
static size_t row_start(const kit_builder *column) {
    int32_t end;
    memcpy(&end, column->values.bytes + (size_t)column->rows * sizeof end, sizeof end);
    return (size_t)end;
}

void kit_clear_row(kit_builder *column) {
    if (kind(column) == KIT_TEXT) column->bytes.length = row_start(column);
    for (int i = 0; column->parts && i < 2; i++) {
        kit_builder *part = &column->parts[i];
        part->rows = (int64_t)row_start(column);
        part->values.length = (size_t)(part->rows + 1) * sizeof(int32_t);
        part->bytes.length = row_start(part);
    }
    column->is_set = false;
}

/* The end of what the row has added to the texts or messages; false when it is more than a column can hold. */
static bool append_end(kit_builder *column, size_t end) {
    int32_t narrow = (int32_t)end;
    return end <= INT32_MAX && append(&column->values, &narrow, sizeof narrow);
}

bool kit_end_row(kit_builder *column) {
    bool done = true;
    if (!column->is_set) {
        kit_clear_row(column);
        memset(&column->value, 0, sizeof column->value);
        column->nulls++;
    }
    if (column->type & KIT_NULLABLE) done = append_bit(&column->validity, column->rows, column->is_set);
    switch (kind(column)) {
    case KIT_BOOL: done = done && append_bit(&column->values, column->rows, column->value.boolean); break;
    case KIT_INT64: done = done && append(&column->values, &column->value.integer, sizeof(int64_t)); break;
    case KIT_FLOAT64: done = done && append(&column->values, &column->value.number, sizeof(double)); break;
    case KIT_TEXT: done = done && append_end(column, column->bytes.length); break;
    case KIT_MESSAGES: done = done && append_end(column, (size_t)column->parts[0].rows); break;
    }
    column->rows++;
    column->is_set = false;
    return done;
}

bool kit_append_text(kit_builder *column, kit_text text) {
    column->is_set = true;
    return append(&column->bytes, text.bytes, text.length);
}

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) {
        struct ArrowArray *child = array->children[i];
        if (child->release) child->release(child); /* NULL: the host moved it out */
        free(child);
    }
    for (int64_t i = 0; i < array->n_buffers; i++) free((void *)array->buffers[i]);
    free(array->children);
    free(array->buffers);
    array->release = NULL;
}

/* An array with empty places for its buffers and children. A half-made one can be released, too. */
static bool make_array(struct ArrowArray *out, int64_t length, int64_t buffers, int64_t children) {
    memset(out, 0, sizeof *out);
    out->length = length;
    out->release = release_array;
    out->buffers = calloc((size_t)buffers, sizeof(void *));
    out->children = calloc((size_t)children + 1, sizeof(struct ArrowArray *));
    if (!out->buffers || !out->children) return false;
    out->n_buffers = buffers;
    for (int64_t i = 0; i < children; i++) {
        out->children[i] = calloc(1, sizeof(struct ArrowArray));
        if (!out->children[i]) return false;
        out->n_children = i + 1;
    }
    return true;
}

static void hand_over(struct ArrowArray *out, int64_t place, kit_buffer *from) {
    out->buffers[place] = from->bytes;
    memset(from, 0, sizeof *from);
}

static bool finish_column(kit_builder *column, struct ArrowArray *out) {
    bool is_text = kind(column) == KIT_TEXT, is_list = kind(column) == KIT_MESSAGES;
    if (!make_array(out, column->rows, is_text ? 3 : 2, is_list ? 1 : 0)) return false;
    if (column->type & KIT_NULLABLE && column->nulls > 0) {
        out->null_count = column->nulls;
        hand_over(out, 0, &column->validity);
    }
    hand_over(out, 1, &column->values);
    if (is_text) hand_over(out, 2, &column->bytes);
    if (!is_list) return true;
    struct ArrowArray *items = out->children[0];
    return make_array(items, column->parts[0].rows, 1, 2) && finish_column(&column->parts[0], items->children[0]) &&
           finish_column(&column->parts[1], items->children[1]);
}

bool kit_finish_batch(kit_builder *columns, int64_t count, struct ArrowArray *out) {
    if (!make_array(out, columns[0].rows, 1, count)) return false;
    for (int64_t i = 0; i < count; i++) {
        if (!finish_column(&columns[i], out->children[i])) return false;
    }
    return true;
}

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchema *child = schema->children[i];
        if (child->release) child->release(child);
        free(child);
    }
    free(schema->children);
    schema->release = NULL;
}

const char *kit_format(int type) {
    switch (kit_kind(type)) {
    case KIT_BOOL: return "b";
    case KIT_INT64: return "l";
    case KIT_FLOAT64: return "g";
    case KIT_TEXT: return "u";
    default: return "+l";
    }
}

int64_t kit_count(const kit_column *columns) {
    int64_t count = 0;
    while (columns[count].name) count++;
    return count;
}

/* Names and formats are constants, so only the children have to be allocated. */
static bool make_schema(struct ArrowSchema *out, const char *name, const char *format, int64_t children) {
    memset(out, 0, sizeof *out);
    out->name = name;
    out->format = format;
    out->release = release_schema;
    out->children = calloc((size_t)children + 1, sizeof(struct ArrowSchema *));
    if (!out->children) return false;
    for (int64_t i = 0; i < children; i++) {
        out->children[i] = calloc(1, sizeof(struct ArrowSchema));
        if (!out->children[i]) return false;
        out->n_children = i + 1;
    }
    return true;
}

bool kit_make_schema(struct ArrowSchema *out, const kit_column *columns) {
    int64_t count = kit_count(columns);
    if (!make_schema(out, "", "+s", count)) return false;
    for (int64_t i = 0; i < count; i++) {
        struct ArrowSchema *column = out->children[i];
        bool is_list = kit_kind(columns[i].type) == KIT_MESSAGES;
        if (!make_schema(column, columns[i].name, kit_format(columns[i].type), is_list)) return false;
        if (columns[i].type & KIT_NULLABLE) column->flags = ARROW_FLAG_NULLABLE;
        if (!is_list) continue;
        struct ArrowSchema *item = column->children[0];
        if (!make_schema(item, "item", "+s", 2) || !make_schema(item->children[0], "role", "u", 0) ||
            !make_schema(item->children[1], "content", "u", 0)) {
            return false;
        }
    }
    return true;
}
