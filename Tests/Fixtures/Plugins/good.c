/* Does all it promises, and says which row it is on. */
#define REPORTS_PROGRESS
#define STEP_MEMBERS                                                                                                   \
    ", \"examples\": [{\"input\": [{\"text\": \"one\"}, {\"text\": \"reject\"}], \"output\": [{\"copy\": \"one\"}]}]"
#include "fixture.h"
