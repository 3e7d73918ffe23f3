/* Dies of the text "bad", and says which row it is on. */
#define REPORTS_PROGRESS
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0) {                                                                  \
        fprintf(stderr, "about to read nowhere\n");                                                                    \
        *(volatile int *)8 = 0;                                                                                        \
    }
#include "fixture.h"
