/* The options of a graph's `with:`, read out of JSON. For kit/map.c; steps see kit.h only. */
#ifndef KIT_OPTIONS_H
#define KIT_OPTIONS_H

#include "kit.h"

typedef struct kit_option_value {
    bool boolean;
    int64_t integer;
    double number;
    char *bytes;
    size_t length;
} kit_option_value;

/* Fills the error; returns the status. */
fastdistill_status kit_fail(fastdistill_error_v1 *error, fastdistill_status status, int64_t row, const char *where,
                            const char *message);

/* Reads an object whose members are all declared, each of its type and within its limits. `values` has a zeroed place
 * for each option; whoever made it frees the bytes, also after a failure. */
fastdistill_status kit_read_options(const kit_option *declared, const char *json, kit_option_value *values,
                                    fastdistill_error_v1 *error);

#endif
