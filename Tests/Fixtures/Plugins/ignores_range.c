/* Takes options out of their range. */
#define RICH
#define REFUSE_RANGE(message) return true;
#include "fixture.h"
