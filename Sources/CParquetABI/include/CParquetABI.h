/* The interface of libFastDistillParquet, the library that holds Arrow and Parquet C++.
 *
 * The host loads that library with dlopen on first use and asks it for fdparquet_library(); nothing links it. All data
 * crosses as Arrow C Data structs, under their ownership rules (fastdistill/arrow.h).
 *
 * Functions return 0, or -1 with a NUL-terminated text in `message`. [serial] per handle.
 */
#ifndef FASTDISTILL_CPARQUET_ABI_H
#define FASTDISTILL_CPARQUET_ABI_H

#include <stddef.h>
#include <stdint.h>

#include "fastdistill/arrow.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fdparquet_writer fdparquet_writer;
typedef struct fdparquet_reader fdparquet_reader;

typedef struct fdparquet_message {
    char text[1024];
} fdparquet_message;

typedef struct fdparquet_functions {
    /* Creates the file and writes its header. Takes over `schema`. zstd, statistics on. Row groups of `row_group_rows`
     * rows, the last one shorter, however the rows are batched; 0 makes each appended batch a row group. */
    int (*writer_open)(const char *path, struct ArrowSchema *schema, int64_t row_group_rows, fdparquet_writer **out,
                       fdparquet_message *message);
    /* Appends one struct array of the schema. Takes over `batch`. */
    int (*writer_append)(fdparquet_writer *writer, struct ArrowArray *batch, fdparquet_message *message);
    /* Writes the footer, syncs the file to disk, frees the handle, also on failure. */
    int (*writer_close)(fdparquet_writer *writer, fdparquet_message *message);
    /* Frees the handle without finishing the file. */
    void (*writer_abandon)(fdparquet_writer *writer);

    /* Opens a file for reading and exports its schema. Memory use is bounded by `batch_rows` and one page a column.
     * Narrow integers and floats, large and dictionary-encoded text come as int64, float64, utf8. */
    int (*reader_open)(const char *path, int64_t batch_rows, struct ArrowSchema *schema, fdparquet_reader **out,
                       fdparquet_message *message);
    /* Reads the next batch; at the end of the file `batch->release` is NULL. */
    int (*reader_next)(fdparquet_reader *reader, struct ArrowArray *batch, fdparquet_message *message);
    void (*reader_close)(fdparquet_reader *reader);
} fdparquet_functions;

/* The library's one export. */
const fdparquet_functions *fdparquet_library(void);

/* Part of the host, not of the library: the file that holds the host's code, as the loader knows it, or NULL. */
const char *fdparquet_host_image(void);

#ifdef __cplusplus
}
#endif

#endif
