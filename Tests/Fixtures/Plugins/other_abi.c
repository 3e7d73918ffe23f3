/* Built for another version of the ABI. */
#define ABI_VERSION 7
#include "fixture.h"
