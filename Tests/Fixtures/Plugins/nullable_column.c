/* Announces that a column may be null that by its spec never is. */
#define ON_BIND adds->children[0]->flags = ARROW_FLAG_NULLABLE;
#include "fixture.h"
