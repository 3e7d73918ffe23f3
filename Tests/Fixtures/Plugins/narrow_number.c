/* Dies of a number that does not fit 32 bits. */
#define RICH
#define ON_ROW                                                                                                         \
    if (scores) {                                                                                                      \
        int64_t score = ((const int64_t *)scores->buffers[1])[PLACE(input, scores, row)];                              \
        if (score != (int32_t)score) abort();                                                                          \
    }
#include "fixture.h"
