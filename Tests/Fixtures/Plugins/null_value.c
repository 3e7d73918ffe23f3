/* Leaves row 2 null in a column that by its spec never is. */
#define ON_RESULT                                                                                                      \
    result.validity = malloc(64);                                                                                      \
    memset(result.validity, 0xFF, 64);                                                                                 \
    result.validity[0] = 0xFB;
#include "fixture.h"
