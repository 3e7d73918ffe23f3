/* Leaves a result behind where it stops. */
#define ON_CANCEL make_array(out, 0, 1, 0);
#include "fixture.h"
