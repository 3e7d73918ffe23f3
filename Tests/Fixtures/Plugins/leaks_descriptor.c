/* Leaves a file open. */
#include <fcntl.h>
#define ON_INSTANCE if (open("/dev/null", O_RDONLY) < 0) abort();
#include "fixture.h"
