/* Answers by the number of the batch. */
#define ON_ROW if (call->batch > 0 && length > 0) length--;
#include "fixture.h"
