/* Takes nulls that nobody has counted for nothing but nulls. */
#define RICH
#define IS_NULL(column, place)                                                                                         \
    ((column)->null_count < 0 ||                                                                                       \
        ((column)->buffers[0] && !(((const uint8_t *)(column)->buffers[0])[(place) / 8] >> ((place) % 8) & 1)))
#include "fixture.h"
