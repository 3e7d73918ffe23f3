/* Says no to its options. */
#define ON_CREATE                                                                                                      \
    fail(error, -1, "/limit", "'limit' must be even");                                                                 \
    return FASTDISTILL_INVALID_CONFIG;
#include "fixture.h"
