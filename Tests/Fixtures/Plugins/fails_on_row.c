/* Gives up a batch because of row 1. */
#define ON_ROW                                                                                                         \
    if (row == 1) {                                                                                                    \
        fail(error, row, "", "the database is gone");                                                                  \
        return FASTDISTILL_RESOURCE_FAILED;                                                                            \
    }
#include "fixture.h"
