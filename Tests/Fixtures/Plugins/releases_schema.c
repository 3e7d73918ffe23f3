/* Releases the schema that it is only lent. */
#define ON_BIND input->release((struct ArrowSchema *)input);
#include "fixture.h"
