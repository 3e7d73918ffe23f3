/* Dies of a text that is longer than the 64 KiB it has room for. */
#define ON_ROW if (length > 65536) abort();
#include "fixture.h"
