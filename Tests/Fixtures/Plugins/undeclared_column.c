/* Announces a column that its spec does not know. */
#define ON_BIND                                                                                                        \
    free((char *)adds->children[0]->name);                                                                             \
    adds->children[0]->name = strdup("extra");
#include "fixture.h"
