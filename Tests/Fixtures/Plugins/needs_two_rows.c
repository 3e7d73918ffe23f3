/* Dies of a batch of one row. */
#define ON_RUN if (count == 1) abort();
#include "fixture.h"
