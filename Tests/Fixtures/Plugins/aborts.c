/* Aborts at the text "bad". */
#define REPORTS_PROGRESS
#define ON_ROW                                                                                                         \
    if (length == 3 && memcmp(text, "bad", 3) == 0) abort();
#include "fixture.h"
