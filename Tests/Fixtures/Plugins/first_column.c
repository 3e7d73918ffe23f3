/* Takes the first column for its text, whatever its name. */
#define RICH
#define IS_COLUMN(column, index, wanted) ((void)(wanted), (index) == 0)
#include "fixture.h"
