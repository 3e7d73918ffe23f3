/* Dies of being loaded. */
#include "fixture.h"

__attribute__((constructor)) static void die(void) {
    fprintf(stderr, "not today\n");
    abort();
}
