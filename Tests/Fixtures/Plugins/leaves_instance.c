/* Leaves an instance behind where it refuses one. */
#define ON_INSTANCE *out = instance;
#include "fixture.h"
