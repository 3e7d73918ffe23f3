/* Knows only a kind of step that this host does not. */
#define INTERFACE "fastdistill.map/9"
#include "fixture.h"
