/* Dies while it is set up. */
#define ON_CREATE                                                                                                      \
    fprintf(stderr, "no such thing\n");                                                                                \
    abort();
#include "fixture.h"
