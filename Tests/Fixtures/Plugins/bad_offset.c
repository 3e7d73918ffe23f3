/* Says that row 1 ends before it begins. */
#define ON_RESULT result.ends[2] = result.ends[1] - 1;
#include "fixture.h"
