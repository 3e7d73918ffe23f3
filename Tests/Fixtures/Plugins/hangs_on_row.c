/* Never comes back from the text "bad", and says which row it is on. */
#define REPORTS_PROGRESS
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0)                                                                    \
        for (;;) pause();
#include "fixture.h"
