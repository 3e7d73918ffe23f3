/* Dies of being freed before it was bound. */
#define ON_DESTROY if (instance->places[score_column] == 0) abort();
#include "fixture.h"
