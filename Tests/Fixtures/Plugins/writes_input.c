/* Works on its input in place. */
#define ON_ROW if (length > 0) ((char *)text)[0] ^= 1;
#include "fixture.h"
