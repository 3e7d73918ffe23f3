/* Cannot do without a column that may be left out, by its spec. */
#define RICH
#define MISSING_COLUMN(wanted) "The column is missing; bind one to it."
#include "fixture.h"
