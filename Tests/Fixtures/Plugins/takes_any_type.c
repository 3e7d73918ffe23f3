/* Takes options of every type. */
#define RICH
#define REFUSE_TYPE(message) return skip_value(json);
#include "fixture.h"
