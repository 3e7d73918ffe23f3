/* Leaves a child behind. */
#define ON_INSTANCE                                                                                                    \
    if (fork() == 0)                                                                                                   \
        for (;;) pause();
#include "fixture.h"
