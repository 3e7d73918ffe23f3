/* Cuts texts after 7 bytes, inside a character if need be. */
#define ON_ROW if (length > 7) length = 7;
#include "fixture.h"
