/* Lets others find a weak function of its own, as a template of C++ is. */
#include "fixture.h"

__attribute__((weak, visibility("default"))) int fixture_helper(void);
int fixture_helper(void) { return 1; }
