/* Columns that are being made, and how they are handed over as Arrow arrays. For kit/map.c; steps see kit.h only. */
#ifndef KIT_COLUMNS_H
#define KIT_COLUMNS_H

#include "kit.h"

typedef struct kit_buffer {
    char *bytes;
    size_t length, capacity;
} kit_buffer;

/* A column, and the value of the row that is worked on: that one counts only when kit_end_row takes it. */
typedef struct kit_builder {
    int type;
    bool is_set;
    int64_t rows, nulls;
    union {
        bool boolean;
        int64_t integer;
        double number;
    } value;
    kit_buffer values;         /* numbers, bits, or the 32-bit ends of texts and lists with a 0 before the first */
    kit_buffer validity;       /* a bit for each row, 1 for a value */
    kit_buffer bytes;          /* of all texts */
    struct kit_builder *parts; /* of messages: roles and contents */
} kit_builder;

/* These return false when there is no memory; what was made until then can be freed. */
bool kit_begin_column(kit_builder *column, int type);
bool kit_append_text(kit_builder *column, kit_text text);
bool kit_end_row(kit_builder *column); /* null, if nothing was set */

/* Takes back what was set in the row that is worked on. */
void kit_clear_row(kit_builder *column);
void kit_free_column(kit_builder *column);

/* Moves the columns into a batch: a struct array that the host releases. */
bool kit_finish_batch(kit_builder *columns, int64_t count, struct ArrowArray *out);

/* The schema of a batch with these columns. */
bool kit_make_schema(struct ArrowSchema *out, const kit_column *columns);

const char *kit_format(int type);
int64_t kit_count(const kit_column *columns);
static inline int kit_kind(int type) { return type & ~KIT_NULLABLE; }

#endif
