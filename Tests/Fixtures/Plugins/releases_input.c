/* Releases the batch that it is only lent. */
#define ON_OUT input->release((struct ArrowArray *)input);
#include "fixture.h"
