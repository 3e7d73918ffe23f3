/* Works at the text "bad" until it is told to stop. */
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0) {                                                                  \
        const fastdistill_cancel_v1 *cancel =                                                                          \
            instance->host->get_interface(instance->host->context, FASTDISTILL_CANCEL_V1);                             \
        while (!cancel->is_cancelled(instance->host->context)) usleep(1000);                                           \
        fail(error, row, "", "told to stop");                                                                          \
        return FASTDISTILL_CANCELLED;                                                                                  \
    }
#include "fixture.h"
