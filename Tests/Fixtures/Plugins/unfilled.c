/* Says that it is done and has filled nothing. */
#define ON_RESULT                                                                                                      \
    if (result.rows >= 0) return FASTDISTILL_OK;
#include "fixture.h"
