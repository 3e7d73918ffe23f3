/* Refuses a column without saying which. */
#define REFUSE_COLUMN(wanted, fault)                                                                                   \
    fail(error, -1, "", fault);                                                                                        \
    return FASTDISTILL_INVALID_INPUT;
#include "fixture.h"
