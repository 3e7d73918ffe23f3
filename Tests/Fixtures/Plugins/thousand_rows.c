/* Dies of more than a thousand rows. */
#define ON_RUN if (count > 1000) abort();
#include "fixture.h"
