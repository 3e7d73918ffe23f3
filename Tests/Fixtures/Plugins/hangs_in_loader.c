/* Never gets done with being loaded. */
#include "fixture.h"

__attribute__((constructor)) static void wait_for_ever(void) {
    printf("waiting\n");
    fflush(stdout);
    for (;;) pause();
}
