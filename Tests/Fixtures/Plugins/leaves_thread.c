/* Leaves a thread behind. */
#include <pthread.h>
#include <unistd.h>

static void *wait_for_ever(void *unused) {
    for (;;) pause();
    return unused;
}

#define ON_INSTANCE                                                                                                    \
    pthread_t thread;                                                                                                  \
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0) abort();
#include "fixture.h"
