/* Says that its text ends far behind its buffer. */
#define ON_RESULT result.ends[result.rows] = 1 << 24;
#include "fixture.h"
