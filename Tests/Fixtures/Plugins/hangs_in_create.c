/* Never gets done with being set up. */
#define ON_CREATE for (;;) pause();
#include "fixture.h"
