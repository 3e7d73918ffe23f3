/* Answers with a text longer than its spec allows. */
#define ADD_MEMBERS ", \"max_length\": 5"
#include "fixture.h"
