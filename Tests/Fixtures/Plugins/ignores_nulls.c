/* Takes a column that may be null for one that never is. */
#define COLUMN_FAULT(column, wanted)                                                                                   \
    (strcmp((column)->format, (wanted)->format) != 0 ? "The column is of another type." : NULL)
#include "fixture.h"
