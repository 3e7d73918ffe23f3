/* Takes its time to be loaded. */
#include "fixture.h"

__attribute__((constructor)) static void wait_a_while(void) { usleep(300000); }
