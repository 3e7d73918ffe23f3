/* Cannot work on a batch without rows. */
#define ON_RUN                                                                                                         \
    if (count == 0) {                                                                                                  \
        fail(error, -1, "", "There are no rows.");                                                                     \
        return FASTDISTILL_INTERNAL;                                                                                   \
    }
#include "fixture.h"
