/* Works on the thread only on which it was made. */
#include <pthread.h>
#define ON_INSTANCE instance->memory = (int64_t)pthread_self();
#define ON_RUN                                                                                                         \
    if (instance->memory != (int64_t)pthread_self()) {                                                                 \
        fail(error, -1, "", "This is another thread.");                                                                \
        return FASTDISTILL_INTERNAL;                                                                                   \
    }
#include "fixture.h"
