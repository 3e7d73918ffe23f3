/* Leaves a file where it works. */
#include <fcntl.h>
#define ON_RUN close(open("left.tmp", O_CREAT | O_WRONLY, 0600));
#include "fixture.h"
