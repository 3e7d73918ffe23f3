/* Reads what lies where a value is null. */
#define RICH
#define IS_NULL(column, place) ((void)(column), (void)(place), false)
#include "fixture.h"
