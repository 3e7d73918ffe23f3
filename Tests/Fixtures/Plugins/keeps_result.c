/* Answers with the same memory at each call. */
#include <stddef.h>

#include "fastdistill/plugin.h"

static char memory[1 << 20];

static void forget(struct ArrowArray *array) { array->release = NULL; }

#define ON_OUT                                                                                                         \
    memcpy(memory, result.bytes, (size_t)result.ends[result.rows]);                                                    \
    out->children[1]->buffers[2] = memory;                                                                             \
    out->children[1]->release = forget;
#include "fixture.h"
