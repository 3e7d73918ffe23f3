/* Does all it promises, with options, a column that may be null and one that may be left out. */
#define RICH
#define REPORTS_PROGRESS
#include "fixture.h"
