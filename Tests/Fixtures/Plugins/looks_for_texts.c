/* Finds its options by their looks. */
#define RICH
#define ON_CREATE                                                                                                      \
    if (strstr(config, "\"style\":\"loud\"") == NULL) {                                                                \
        fail(error, -1, "/style", "The style must be loud.");                                                          \
        return FASTDISTILL_INVALID_CONFIG;                                                                             \
    }
#include "fixture.h"
