/* Rejects row 0, for which it has an answer too. */
#define ON_RESULT                                                                                                      \
    memcpy(result.codes, "not_text", 8);                                                                               \
    result.rejected = 1;                                                                                               \
    result.code_ends[1] = 8;
#include "fixture.h"
