/* Takes columns of every type. */
#define COLUMN_FAULT(column, wanted) NULL
#include "fixture.h"
