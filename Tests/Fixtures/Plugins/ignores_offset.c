/* Does not see that a batch may begin behind the start of its columns. */
#define PLACE(batch, column, row) ((column)->offset + (row))
#include "fixture.h"
