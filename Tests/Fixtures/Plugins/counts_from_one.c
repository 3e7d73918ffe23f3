/* Says which row it is on, and begins with 1. */
#define REPORTS_PROGRESS
#define REPORT(row) ((row) + 1)
#include "fixture.h"
