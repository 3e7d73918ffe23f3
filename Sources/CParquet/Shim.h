// What the reader and the writer share: Arrow's errors and C++ exceptions as a status and a text.
#ifndef FASTDISTILL_CPARQUET_SHIM_H
#define FASTDISTILL_CPARQUET_SHIM_H

#include <arrow/memory_pool.h>
#include <arrow/status.h>

#include <cstdio>
#include <exception>
#include <string>

#include "CParquetABI.h"

namespace fastdistill {

// glibc's allocator: the pools bundled with Arrow keep freed memory for themselves.
inline arrow::MemoryPool *pool() { return arrow::system_memory_pool(); }

inline int fail(fdparquet_message *message, const char *text) {
    std::snprintf(message->text, sizeof message->text, "%s", text);
    return -1;
}

// Runs work that returns a Status; no exception crosses the C boundary.
template <typename Work> int guarded(fdparquet_message *message, Work &&work) {
    try {
        arrow::Status status = work();
        if (status.ok()) return 0;
        // The message says what Arrow was doing, the detail what the system said to it.
        std::string text = status.message();
        if (status.detail()) text += ": " + status.detail()->ToString();
        return fail(message, text.c_str());
    } catch (const std::exception &error) {
        return fail(message, error.what());
    } catch (...) {
        return fail(message, "unknown C++ exception");
    }
}

int writer_open(const char *path, ArrowSchema *schema, int64_t row_group_rows, fdparquet_writer **out,
                fdparquet_message *message);
int writer_append(fdparquet_writer *writer, ArrowArray *batch, fdparquet_message *message);
int writer_close(fdparquet_writer *writer, fdparquet_message *message);
void writer_abandon(fdparquet_writer *writer);

int reader_open(const char *path, int64_t batch_rows, ArrowSchema *schema, fdparquet_reader **out,
                fdparquet_message *message);
int reader_next(fdparquet_reader *reader, ArrowArray *batch, fdparquet_message *message);
void reader_close(fdparquet_reader *reader);

} // namespace fastdistill

#endif
