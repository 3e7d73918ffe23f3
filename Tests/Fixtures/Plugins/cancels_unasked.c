/* Says at the text "bad" that it was cancelled, which nobody had asked for. */
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0) {                                                                  \
        fail(error, row, "", "stopped");                                                                               \
        return FASTDISTILL_CANCELLED;                                                                                  \
    }
#include "fixture.h"
