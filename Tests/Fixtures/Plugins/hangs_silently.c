/* Never comes back from the text "bad" and never says which row it is on. */
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0)                                                                    \
        for (;;) pause();
#include "fixture.h"
