/* Lets others find a function of its own. */
#include "fixture.h"

__attribute__((visibility("default"))) int fixture_helper(void);
int fixture_helper(void) { return 1; }
