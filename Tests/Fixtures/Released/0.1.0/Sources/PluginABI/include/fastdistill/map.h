/* "fastdistill.map/1": a step is a pure function over batches.
 *
 * A step sees only the columns it reads, under the names of its spec, and returns only what it adds. It keeps no state
 * that changes its answers and talks to no network: so it can be tested, replayed, restarted and run in parallel.
 *
 *     input    struct<the columns it reads>                        n rows, borrowed
 *     out      struct<parent: int64, the columns it adds>          parent = 0-based input row, ascending
 *     rejects  struct<parent: int64, code: utf8, detail: utf8?>    rows the step cannot process at all
 *
 * Cardinality "one": each input row appears once, in `out` or in `rejects`. Cardinality "many": at least once in `out`,
 * or once in `rejects`. A fact about a row, also a bad one, is a column; `rejects` is for rows without any answer.
 */
#ifndef FASTDISTILL_MAP_H
#define FASTDISTILL_MAP_H

#include <stdint.h>

#include "fastdistill/arrow.h"
#include "fastdistill/error.h"
#include "fastdistill/host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FASTDISTILL_MAP_V1 "fastdistill.map/1"

/* The plugin's own state for one configured step; the host only carries the pointer. */
typedef struct fastdistill_instance fastdistill_instance;

/* Where and when a batch runs. Borrowed for the call. */
typedef struct fastdistill_call_v1 {
    const char *run_id;
    const char *node_id;
    uint64_t batch;                 /* number of the batch at this node                                             */
    uint64_t seed;                  /* the only source of randomness; the same for all batches of a node            */
    uint64_t deadline_nanoseconds;  /* CLOCK_MONOTONIC; 0 = none. The host kills a worker that is long past it       */
    uint32_t attempt;               /* 0, or more when the batch runs again after a crash                            */
    uint32_t reserved;              /* 0                                                                            */
} fastdistill_call_v1;

typedef struct fastdistill_map_v1 {
    /* [any-thread] Makes an instance of the step `step_id` with the options in `config_json` (an object in which the
     * host has filled in defaults and replaced names of resources by absolute paths). `host` is valid until destroy
     * returns. On success *out is not NULL. */
    fastdistill_status (*create)(const char *step_id, const char *config_json, uint64_t config_length,
                                 const fastdistill_host_v1 *host, fastdistill_instance **out,
                                 fastdistill_error_v1 *error);

    /* [serial] Called once, before run. `input` has the columns the graph offers, under the step's names. Fills
     * `reads` with those of them the step wants to see (in the order it wants them) and `adds` with what it will
     * return; both are struct schemas within the spec. */
    fastdistill_status (*bind)(fastdistill_instance *instance, const struct ArrowSchema *input,
                               struct ArrowSchema *reads, struct ArrowSchema *adds, fastdistill_error_v1 *error);

    /* [serial] Processes one batch. `input` has exactly the columns of `reads`. */
    fastdistill_status (*run)(fastdistill_instance *instance, const fastdistill_call_v1 *call,
                              const struct ArrowArray *input, struct ArrowArray *out, struct ArrowArray *rejects,
                              fastdistill_error_v1 *error);

    /* [serial] Frees the instance. Called once; nothing is called on the instance afterwards. */
    void (*destroy)(fastdistill_instance *instance);
} fastdistill_map_v1;

#ifdef __cplusplus
}
#endif

#endif
