/* Ends as a process does that the system kills for want of memory. */
#define REPORTS_PROGRESS
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0) raise(SIGKILL);
#include "fixture.h"
