/* Forgets row 1. */
#define ON_ROW if (row == 1) continue;
#include "fixture.h"
