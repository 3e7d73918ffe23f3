/* The kit: a step of this plugin looks at one row, and kit/map.c makes of it what the host calls ("fastdistill.map/1").
 *
 *     enum { TEXT };
 *     static const kit_column reads[] = {[TEXT] = {"text", KIT_TEXT}, KIT_END};
 *     enum { SIZE };
 *     static const kit_column adds[] = {[SIZE] = {"size", KIT_INT64}, KIT_END};
 *     static const kit_option options[] = {KIT_END};
 *
 *     static void run(kit_row *row) { kit_set_int64(row, SIZE, (int64_t)kit_get_text(row, TEXT).length); }
 *
 *     const kit_step size_step = {"size", reads, adds, options, run};
 *
 * It came with the package and is yours: change it as you need. Columns of booleans, whole and other numbers, text and
 * chat messages are here; lists and structs of your own would be one more case in kit/columns.c.
 */
#ifndef KIT_H
#define KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fastdistill/plugin.h"

/* Text of a row or an option, in UTF-8. Not NUL-terminated; borrowed until the row is done. */
typedef struct kit_text {
    const char *bytes;
    size_t length;
} kit_text;

/* The types of spec.json: bool, int64, float64, utf8, list<struct<role: utf8, content: utf8>> (to add only). */
enum { KIT_BOOL = 1, KIT_INT64, KIT_FLOAT64, KIT_TEXT, KIT_MESSAGES, KIT_NULLABLE = 16 };

/* A column as spec.json has it: {"text", KIT_TEXT}, {"score", KIT_FLOAT64 | KIT_NULLABLE}. */
typedef struct kit_column {
    const char *name;
    int type;
} kit_column;

/* An option as spec.json has it: {"limit", KIT_INT64, 1, 1000}, {"suffix", KIT_TEXT, 0, 0}. Type integer is KIT_INT64,
 * number KIT_FLOAT64, boolean KIT_BOOL, string and resource KIT_TEXT. Limits that are both 0 are none. */
typedef struct kit_option {
    const char *name;
    int type;
    double minimum, maximum;
} kit_option;

/* Stands at the end of a list of columns or options. */
#define KIT_END {0}

/* The row that is worked on. */
typedef struct kit_row kit_row;

typedef struct kit_step {
    const char *id;
    const kit_column *reads, *adds;
    const kit_option *options;
    /* Sets the columns it adds, or rejects the row. A function of the row and the options: no state, no clock. */
    void (*run)(kit_row *row);
} kit_step;

/* The steps of the plugin, NULL at the end; and the interface that the entry hands out for FASTDISTILL_MAP_V1. */
extern const kit_step *const kit_steps[];
extern const fastdistill_map_v1 kit_map;

/* Columns are named by their places in `reads`, `adds` and `options`. */

bool kit_is_null(const kit_row *row, int read);
bool kit_get_bool(const kit_row *row, int read);
int64_t kit_get_int64(const kit_row *row, int read);
double kit_get_float64(const kit_row *row, int read);
kit_text kit_get_text(const kit_row *row, int read);

/* A nullable column that is not set is null; any other has to be set. What is set twice has the later value. */
void kit_set_bool(kit_row *row, int add, bool value);
void kit_set_int64(kit_row *row, int add, int64_t value);
void kit_set_float64(kit_row *row, int add, double value);
void kit_set_text(kit_row *row, int add, kit_text value);
void kit_add_message(kit_row *row, int add, const char *role, kit_text content);

/* For a row without any answer: `code` is one of the spec's, the detail is as in printf, up to 255 bytes. */
__attribute__((format(printf, 3, 4))) void kit_reject(kit_row *row, const char *code, const char *format, ...);

/* Options that were left out and have no default are false, 0 and NULL. */
bool kit_option_bool(const kit_row *row, int option);
int64_t kit_option_int64(const kit_row *row, int option);
double kit_option_float64(const kit_row *row, int option);
kit_text kit_option_text(const kit_row *row, int option);

/* NUL-terminated text: kit_string("ok"). */
static inline kit_text kit_string(const char *text) { return (kit_text){text, strlen(text)}; }

#endif
