/* Forgets a hundred bytes with each batch. */
#define ON_RUN if (malloc(100) == NULL) abort();
#include "fixture.h"
