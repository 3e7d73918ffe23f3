/* Says no to its input. */
#define ON_BIND                                                                                                        \
    release_schema(reads);                                                                                             \
    release_schema(adds);                                                                                              \
    fail(error, -1, "text", "the column must be a list");                                                              \
    return FASTDISTILL_INVALID_INPUT;
#include "fixture.h"
