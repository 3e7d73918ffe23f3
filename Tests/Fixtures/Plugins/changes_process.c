/* Goes to another folder and takes a signal for itself. */
#define ON_INSTANCE                                                                                                    \
    if (chdir("/") != 0) abort();                                                                                      \
    signal(SIGUSR1, SIG_IGN);
#include "fixture.h"
