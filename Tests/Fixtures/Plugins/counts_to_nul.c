/* Counts the bytes of its options up to a NUL, which need not be there. */
#define ON_CREATE                                                                                                      \
    if (strlen(config) != length) {                                                                                    \
        fail(error, -1, "", "The options do not end where they should.");                                              \
        return FASTDISTILL_INVALID_CONFIG;                                                                             \
    }
#include "fixture.h"
