/* Misspells a member of its spec. */
#define STEP_MEMBERS ", \"cardinalty\": \"one\""
#include "fixture.h"
