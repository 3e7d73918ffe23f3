/* How a call that failed says why. */
#ifndef FASTDISTILL_ERROR_H
#define FASTDISTILL_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of failure it was. A row that the step cannot process is not a failure of the call: it goes to `rejects`. */
typedef enum fastdistill_status {
    FASTDISTILL_OK = 0,
    FASTDISTILL_INVALID_CONFIG = 1,   /* create: an option is wrong; `where` is a JSON pointer into the config    */
    FASTDISTILL_INVALID_INPUT = 2,    /* bind: the input schema does not fit; `where` is the column's name         */
    FASTDISTILL_RESOURCE_FAILED = 3,  /* a file or database that the step needs cannot be used                     */
    FASTDISTILL_CANCELLED = 4,        /* run: the host asked to stop and the step did                              */
    FASTDISTILL_INTERNAL = 5          /* anything else: a fault of the plugin                                      */
} fastdistill_status;

/* Filled by the callee when it returns anything but FASTDISTILL_OK. Fixed size, so nobody has to free it. */
typedef struct fastdistill_error_v1 {
    int64_t row;        /* 0-based row of the batch, or -1                                                           */
    char where[248];    /* a column name or a JSON pointer, NUL-terminated; may be empty                             */
    char message[1024]; /* one sentence for the user with the remedy, NUL-terminated                                 */
} fastdistill_error_v1;

#ifdef __cplusplus
}
#endif

#endif
