/* Answers by the place of the row in its batch. */
#define ON_ROW if (row > 0 && length > 0) length--;
#include "fixture.h"
