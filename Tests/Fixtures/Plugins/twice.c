/* Makes two rows of each, one of which says so: a step of cardinality many. */
#define STEP_MEMBERS ", \"cardinality\": \"many\""
#define ON_RESULT                                                                                                      \
    result_t twice = {.rejected = result.rejected, .reject_parents = result.reject_parents, .codes = result.codes,     \
                      .code_ends = result.code_ends};                                                                  \
    twice.parents = calloc((size_t)result.rows * 2 + 1, 8);                                                            \
    twice.ends = calloc((size_t)result.rows * 2 + 2, 4);                                                               \
    twice.bytes = malloc((size_t)(2 * result.ends[result.rows] + result.rows) + 1);                                    \
    for (int64_t row = 0; row < result.rows; row++)                                                                    \
        for (int copy = 0; copy < 2; copy++) {                                                                         \
            int32_t start = twice.ends[twice.rows], size = result.ends[row + 1] - result.ends[row];                    \
            memcpy(twice.bytes + start, result.bytes + result.ends[row], (size_t)size);                                \
            if (copy == 1) twice.bytes[start + size] = '!';                                                            \
            twice.parents[twice.rows++] = result.parents[row];                                                         \
            twice.ends[twice.rows] = start + size + copy;                                                              \
        }                                                                                                              \
    free(result.parents), free(result.ends), free(result.bytes);                                                       \
    result = twice;
#include "fixture.h"
