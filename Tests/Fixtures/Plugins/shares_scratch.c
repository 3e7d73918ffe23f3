/* Works on each text in memory that all instances share. */
static char scratch[256];
#define ON_ROW                                                                                                         \
    if (length < (int32_t)sizeof scratch) {                                                                            \
        memcpy(scratch, text, (size_t)length);                                                                         \
        usleep(100);                                                                                                   \
        text = scratch;                                                                                                \
    }
#include "fixture.h"
