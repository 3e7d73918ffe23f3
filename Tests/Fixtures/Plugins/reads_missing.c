/* Wants to read a column that is not there. */
#define MISSING_COLUMN(wanted) NULL
#define ON_BIND                                                                                                        \
    if (count == 0) {                                                                                                  \
        release_schema(reads);                                                                                         \
        make_schema(reads, "+s", "", 0, 1);                                                                            \
        make_schema(reads->children[0], "u", "text", 0, 0);                                                            \
    }
#include "fixture.h"
