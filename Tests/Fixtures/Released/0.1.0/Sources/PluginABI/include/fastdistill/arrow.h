/* The Arrow C Data Interface: how a batch of columns crosses the boundary without a copy.
 *
 * The two structs are those of the public specification
 * (https://arrow.apache.org/docs/format/CDataInterface.html), under its own guard, so this header can stand beside
 * other headers that declare them.
 *
 * FastDistill uses these formats: "b" bool, "l" int64, "g" float64, "u" utf8, "z" binary (32-bit offsets),
 * "+l" list, "+s" struct. A batch is one struct array without nulls whose children are the columns.
 */
#ifndef FASTDISTILL_ARROW_H
#define FASTDISTILL_ARROW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifdef __cplusplus
}
#endif

#endif
