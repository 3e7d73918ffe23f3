/* Announces a number where its spec says text. */
#define ON_BIND adds->children[0]->format = "l";
#include "fixture.h"
