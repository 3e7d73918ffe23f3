/* Answers by a chance of its own. */
static unsigned state = 1;
#define ON_ROW if (length > 0 && rand_r(&state) % 2) length--;
#include "fixture.h"
