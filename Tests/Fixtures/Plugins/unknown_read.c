/* Wants to read a column that it was not offered. */
#define ON_BIND                                                                                                        \
    free((char *)reads->children[0]->name);                                                                            \
    reads->children[0]->name = strdup("gold");
#include "fixture.h"
