/* Answers with any text where its spec promises a verdict. */
#define ADD_MEMBERS ", \"tags\": [\"verdict\"]"
#include "fixture.h"
