/* Writes to the log at the text "bad" and never stops. */
#define REPORTS_PROGRESS
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0) {                                                                  \
        const fastdistill_log_v1 *log = instance->host->get_interface(instance->host->context, FASTDISTILL_LOG_V1);    \
        for (;;) log->write(instance->host->context, FASTDISTILL_LOG_DEBUG, "still here", 10);                         \
    }
#include "fixture.h"
