/* Dies while it is bound. */
#define ON_BIND raise(SIGSEGV);
#include "fixture.h"
