/* Takes its time and never asks whether it is still wanted. */
#define ON_RUN instance->cancel = NULL;
#define ON_ROW usleep(100);
#include "fixture.h"
