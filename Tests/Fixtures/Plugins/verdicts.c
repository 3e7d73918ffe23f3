/* Says of each text whether it is longer than a number of bytes: versions differ in the number. */
#define REPORTS_PROGRESS
#define ADD_MEMBERS ", \"tags\": [\"verdict\"], \"options\": [\"ok\", \"wrong\"]"
#define ON_ROW                                                                                                         \
    text = length > LONGER_THAN ? "ok" : "wrong";                                                                      \
    length = (int32_t)strlen(text);
#include "fixture.h"
