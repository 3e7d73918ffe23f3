/* What a plugin may ask of the host. Every interface is optional: get_interface returns NULL for what is not there. */
#ifndef FASTDISTILL_HOST_H
#define FASTDISTILL_HOST_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The host as one instance sees it: passed to create, valid until destroy returns.
 *
 * `context` is the first argument of every host function.
 * `get_interface` [any-thread] returns a static interface struct for an id, or NULL. */
typedef struct fastdistill_host_v1 {
    void *context;
    const void *(*get_interface)(void *context, const char *interface_id);
} fastdistill_host_v1;

#define FASTDISTILL_LOG_V1 "fastdistill.log/1"

typedef enum fastdistill_log_level {
    FASTDISTILL_LOG_DEBUG = 0,
    FASTDISTILL_LOG_INFO = 1,
    FASTDISTILL_LOG_WARNING = 2,
    FASTDISTILL_LOG_ERROR = 3
} fastdistill_log_level;

/* "fastdistill.log/1": a line in the run's log. No sample text and no secrets. */
typedef struct fastdistill_log_v1 {
    /* [any-thread] `message` is copied before the call returns. */
    void (*write)(void *context, fastdistill_log_level level, const char *message, uint64_t length);
} fastdistill_log_v1;

#define FASTDISTILL_CANCEL_V1 "fastdistill.cancel/1"

/* "fastdistill.cancel/1": long work asks now and then whether it is still wanted. */
typedef struct fastdistill_cancel_v1 {
    /* [any-thread] Non-zero once the host wants the current run to end: return FASTDISTILL_CANCELLED soon. */
    int32_t (*is_cancelled)(void *context);
} fastdistill_cancel_v1;

#define FASTDISTILL_PROGRESS_V1 "fastdistill.progress/1"

/* "fastdistill.progress/1": says which row is being worked on, so that a hang or a crash can be pinned on it.
 * Without it the host finds the guilty row by halving the batch. */
typedef struct fastdistill_progress_v1 {
    /* [serial] Call before work on input row `row` of the current batch begins. Costs a store. */
    void (*row)(void *context, uint64_t row);
} fastdistill_progress_v1;

#ifdef __cplusplus
}
#endif

#endif
