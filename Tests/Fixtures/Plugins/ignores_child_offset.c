/* Does not see that a column may begin behind the start of its buffers. */
#define PLACE(batch, column, row) ((batch)->offset + (row))
#include "fixture.h"
