/* Ends its process, with status 0, at the text "bad". */
#define REPORTS_PROGRESS
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0) exit(0);
#include "fixture.h"
