/* Names an option without the slash of a JSON pointer. */
#define RICH
#define POINTER "%s"
#include "fixture.h"
