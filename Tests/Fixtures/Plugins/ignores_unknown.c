/* Passes over options that it does not know. */
#define RICH
#define REFUSE_UNKNOWN return skip_value(json);
#include "fixture.h"
