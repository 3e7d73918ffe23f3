/* Writes a byte that is no UTF-8 into row 2. */
#define ON_RESULT result.bytes[result.ends[2]] = (char)0xFF;
#include "fixture.h"
