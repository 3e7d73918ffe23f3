/* Leaves a schema behind where it refuses its input. */
#define REFUSE_COLUMN(wanted, fault)                                                                                   \
    make_schema(reads, "+s", "", 0, 0);                                                                                \
    fail(error, -1, (wanted)->name, fault);                                                                            \
    return FASTDISTILL_INVALID_INPUT;
#include "fixture.h"
