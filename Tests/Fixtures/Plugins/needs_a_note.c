/* Dies of a batch in which every note is null. */
#define RICH
#define ON_RUN                                                                                                         \
    int64_t valid = 0;                                                                                                 \
    for (int64_t row = 0; row < count; row++) valid += !IS_NULL(notes, PLACE(input, notes, row));                      \
    if (count > 0 && valid == 0) abort();
#include "fixture.h"
