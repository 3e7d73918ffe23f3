/* Does without a required option. */
#define RICH
#define IS_MISSED(option, is_given) false
#include "fixture.h"
