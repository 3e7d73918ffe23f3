/* Answers otherwise once it has seen a hundred rows. */
#define ON_ROW if (instance->memory++ > 100 && length > 0) length--;
#include "fixture.h"
