/* Is content with no column at all. */
#define MISSING_COLUMN(wanted) NULL
#include "fixture.h"
