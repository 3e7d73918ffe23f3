/* Promises in an example what it does not do. */
#define STEP_MEMBERS ", \"examples\": [{\"input\": [{\"text\": \"one\"}], \"output\": [{\"copy\": \"ONE\"}]}]"
#include "fixture.h"
