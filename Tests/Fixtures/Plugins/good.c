/* Does all it promises, and says which row it is on. */
#define REPORTS_PROGRESS
#include "fixture.h"
