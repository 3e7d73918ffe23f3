/* Does not mark as released what is released. */
#define MARK_RELEASED(released) (void)(released);
#include "fixture.h"
