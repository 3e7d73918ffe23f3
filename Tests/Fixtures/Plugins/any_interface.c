/* Knows every version of the interface, it says. */
#define KNOWS(id) (strncmp(id, "fastdistill.map/", 16) == 0)
#include "fixture.h"
