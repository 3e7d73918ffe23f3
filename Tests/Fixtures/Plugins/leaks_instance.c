/* Forgets a hundred bytes with each instance. */
#define ON_INSTANCE if (malloc(100) == NULL) abort();
#include "fixture.h"
