/* Keeps the text of its options, which is only lent, and looks at it when it works. */
static const char *kept;
#define ON_CREATE kept = config;
#define ON_ROW if (*kept != '{') continue;
#include "fixture.h"
