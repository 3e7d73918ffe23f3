/* Takes all the memory it can get at the text "bad". */
#define REPORTS_PROGRESS
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0)                                                                    \
        for (;;) {                                                                                                     \
            char *more = malloc(1 << 20);                                                                              \
            if (more) memset(more, 1, 1 << 20);                                                                        \
        }
#include "fixture.h"
