/* Makes a new entry at each call. */
#define ENTRY memcpy(malloc(sizeof fixture_entry), &fixture_entry, sizeof fixture_entry)
#include "fixture.h"
