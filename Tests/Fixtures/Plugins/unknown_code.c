/* Rejects the last row with a code that its spec does not have. */
#define ON_RESULT                                                                                                      \
    memcpy(result.codes, "other_id", 8);                                                                               \
    result.rows -= 1;                                                                                                  \
    result.rejected = 1;                                                                                               \
    result.reject_parents[0] = count - 1;                                                                              \
    result.code_ends[1] = 8;
#include "fixture.h"
