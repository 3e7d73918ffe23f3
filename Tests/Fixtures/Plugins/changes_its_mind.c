/* Announces a column now as one that may be null, now as one that never is. */
static int turn;
#define ADD_MEMBERS ", \"nullable\": true"
#define ON_BIND adds->children[0]->flags = turn++ % 2 ? ARROW_FLAG_NULLABLE : 0;
#include "fixture.h"
