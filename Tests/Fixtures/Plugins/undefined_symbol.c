/* Needs a function that nobody has. */
#define ON_CREATE fastdistill_nobody_has_this();
void fastdistill_nobody_has_this(void);
#include "fixture.h"
