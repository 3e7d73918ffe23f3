/* Writes a line to the run's log for each row. */
#define ON_ROW                                                                                                         \
    const fastdistill_log_v1 *log = instance->host->get_interface(instance->host->context, FASTDISTILL_LOG_V1);        \
    log->write(instance->host->context, FASTDISTILL_LOG_WARNING, "a row", 5);
#include "fixture.h"
