/* Calls the kit of a package as the host does, with the steps of steps.c or steps.cpp. */
#undef NDEBUG
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastdistill/plugin.h"

extern const fastdistill_map_v1 *map_under_test(void);
static const fastdistill_map_v1 *map;
static fastdistill_error_v1 error;

static fastdistill_instance *make(const char *step, const char *config, const fastdistill_host_v1 *host) {
    fastdistill_instance *instance = NULL;
    memset(&error, 0, sizeof error);
    /* Exactly as long as said, so that reading past the end is seen. */
    size_t length = strlen(config);
    char *exact = malloc(length + (length == 0));
    memcpy(exact, config, length);
    fastdistill_status status = map->create(step, exact, length, host, &instance, &error);
    free(exact);
    assert((status == FASTDISTILL_OK) == (instance != NULL));
    return instance;
}

static void refuses(const char *config, const char *where, const char *message) {
    assert(!make("all", config, NULL));
    if (strcmp(error.where, where) != 0 || strcmp(error.message, message) != 0) {
        fprintf(stderr, "%s gives '%s': %s\n", config, error.where, error.message);
        abort();
    }
}

static void check_options(void) {
    refuses("{\"factor\":\"3\"}", "/factor", "Option `factor` must be a whole number.");
    refuses("{\"factor\":3.5}", "/factor", "Option `factor` must be a whole number.");
    refuses("{\"ratio\":true}", "/ratio", "Option `ratio` must be a number.");
    refuses("{\"loud\":1}", "/loud", "Option `loud` must be true or false.");
    refuses("{\"mark\":1}", "/mark", "Option `mark` must be a text.");
    refuses("{\"mark\":\"a\",\"colour\":\"b\"}", "/colour", "There is no option `colour`.");
    refuses("{\"factor\":101}", "/factor", "Option `factor` must be 0 to 100.");
    refuses("{\"factor\":-1}", "/factor", "Option `factor` must be 0 to 100.");
    refuses("{\"ratio\":0.75}", "/ratio", "Option `ratio` must be -0.5 to 0.5.");
    assert(!make("nothing", "{}", NULL) && strcmp(error.message, "The plugin has no such step.") == 0);
    static const char *const broken[] = {"", "[", "{", "{\"mark", "{\"mark\"", "{\"mark\":", "{\"mark\":\"", "{\"mark\":\"\\",
                                         "{\"mark\":\"\\u00", "{\"mark\":\"a\"", "{\"mark\":\"a\" 1}", "{\"factor\":1"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        assert(!make("all", broken[i], NULL) && error.message[0]);
    }
}

static struct ArrowSchema column(const char *name, const char *format, int64_t flags) {
    return (struct ArrowSchema){.format = format, .name = name, .flags = flags};
}

static fastdistill_status bind(fastdistill_instance *instance, struct ArrowSchema *columns, int64_t count,
                               struct ArrowSchema *reads, struct ArrowSchema *adds) {
    struct ArrowSchema *places[8];
    for (int64_t i = 0; i < count; i++) places[i] = &columns[i];
    struct ArrowSchema input = {.format = "+s", .name = "", .n_children = count, .children = places};
    return map->bind(instance, &input, reads, adds, &error);
}

static void check_bind(fastdistill_instance *instance) {
    struct ArrowSchema reads = {0}, adds = {0};
    struct ArrowSchema columns[] = {column("text", "u", 0), column("whole", "l", 0), column("number", "g", 0),
                                    column("yes", "b", ARROW_FLAG_NULLABLE)};
    assert(bind(instance, columns, 3, &reads, &adds) == FASTDISTILL_INVALID_INPUT && !reads.release && !adds.release);
    assert(strcmp(error.where, "yes") == 0 && strcmp(error.message, "Column `yes` is missing; bind one to it.") == 0);
    assert(bind(instance, columns, 4, &reads, &adds) == FASTDISTILL_INVALID_INPUT);
    assert(strcmp(error.message, "Column `yes` must be bool without nulls.") == 0);
    columns[3].flags = 0;
    columns[0].format = "l";
    assert(bind(instance, columns, 4, &reads, &adds) == FASTDISTILL_INVALID_INPUT);
    assert(strcmp(error.where, "text") == 0 && strcmp(error.message, "Column `text` must be utf8.") == 0);
    columns[0] = column("text", "u", ARROW_FLAG_NULLABLE);
    assert(bind(instance, columns, 4, &reads, &adds) == FASTDISTILL_OK);
    assert(reads.n_children == 4 && strcmp(reads.children[0]->name, "yes") == 0);
    assert(strcmp(reads.children[3]->format, "u") == 0 && reads.children[3]->flags == ARROW_FLAG_NULLABLE);
    static const char *const formats[] = {"b", "l", "g", "u", "+l"};
    static const int64_t flags[] = {0, ARROW_FLAG_NULLABLE, 0, ARROW_FLAG_NULLABLE, 0};
    assert(adds.n_children == 5);
    for (int i = 0; i < 5; i++) {
        assert(strcmp(adds.children[i]->format, formats[i]) == 0 && adds.children[i]->flags == flags[i]);
    }
    const struct ArrowSchema *item = adds.children[4]->children[0];
    assert(strcmp(item->format, "+s") == 0 && item->n_children == 2 && item->flags == 0);
    assert(strcmp(item->children[0]->name, "role") == 0 && strcmp(item->children[1]->name, "content") == 0);
    /* A child can be moved out (Arrow C data interface); the rest is released without it. */
    struct ArrowSchema moved = *adds.children[4];
    adds.children[4]->release = NULL;
    reads.release(&reads);
    adds.release(&adds);
    assert(!reads.release && !adds.release && moved.release);
    moved.release(&moved);
}

static bool bit(const void *bits, int64_t at) { return ((const uint8_t *)bits)[at / 8] >> at % 8 & 1; }

static bool is_text(const struct ArrowArray *texts, int64_t row, const char *expected) {
    const int32_t *ends = texts->buffers[1];
    size_t length = (size_t)(ends[row + 1] - ends[row]);
    return length == strlen(expected) && memcmp((const char *)texts->buffers[2] + ends[row], expected, length) == 0;
}

static uint64_t last_row;
static bool is_cancelled;
static void progress_row(void *context, uint64_t row) { (void)context, last_row = row; }
static int32_t asked_to_stop(void *context) { return (void)context, is_cancelled; }
static const fastdistill_progress_v1 progress = {progress_row};
static const fastdistill_cancel_v1 cancel = {asked_to_stop};
static const void *host_interface(void *context, const char *id) {
    (void)context;
    if (strcmp(id, FASTDISTILL_PROGRESS_V1) == 0) return &progress;
    return strcmp(id, FASTDISTILL_CANCEL_V1) == 0 ? (const void *)&cancel : NULL;
}

/* Rows 1 to 5 of six, in a batch whose columns are slices themselves. */
static void check_run(fastdistill_instance *instance) {
    static const uint8_t yes_bits[] = {0x14}; /* slots 2 and 4 */
    static const int64_t whole[] = {99, 99, 1, 2, 0, 3, 1};
    static const double number[] = {99, 99, 0.5, 1, 2, 3, 4};
    static const int32_t ends[] = {0, 1, 2, 4, 6, 6, 9, 9};
    static const uint8_t valid[] = {0x3F}; /* slot 6 is null */
    const void *yes_buffers[] = {NULL, yes_bits}, *whole_buffers[] = {NULL, whole}, *number_buffers[] = {NULL, number};
    const void *text_buffers[] = {valid, ends, "xy\xC3\xA9zzabc"}, *batch_buffers[] = {NULL};
    struct ArrowArray yes = {.length = 6, .offset = 1, .n_buffers = 2, .buffers = yes_buffers};
    struct ArrowArray wholes = {.length = 6, .offset = 1, .n_buffers = 2, .buffers = whole_buffers};
    struct ArrowArray numbers = {.length = 6, .offset = 1, .n_buffers = 2, .buffers = number_buffers};
    struct ArrowArray texts = {.length = 6, .null_count = 1, .offset = 1, .n_buffers = 3, .buffers = text_buffers};
    struct ArrowArray *children[] = {&yes, &wholes, &numbers, &texts};
    struct ArrowArray input = {
        .length = 5, .offset = 1, .n_buffers = 1, .buffers = batch_buffers, .n_children = 4, .children = children};
    fastdistill_call_v1 call = {.run_id = "check", .node_id = "all"};
    struct ArrowArray out = {0}, rejects = {0};
    assert(map->run(instance, &call, &input, &out, &rejects, &error) == FASTDISTILL_OK);
    assert(last_row == 4);

    /* Row 1 has the whole number 2 and is rejected; what it set before is gone. */
    assert(out.length == 4 && out.n_children == 6 && rejects.length == 1 && rejects.n_children == 3);
    static const int64_t parents[] = {0, 2, 3, 4}, products[] = {10, 0, 30, 10};
    static const double shares[] = {0.25, 1, 1.5, 2};
    static const char *const labels[] = {"\xC3\xA9", "", "abc"};
    static const int32_t message_ends[] = {0, 1, 2, 5, 6};
    for (int64_t row = 0; row < 4; row++) {
        assert(((const int64_t *)out.children[0]->buffers[1])[row] == parents[row]);
        assert(bit(out.children[1]->buffers[1], row) == (row == 2 || row == 3));
        assert(((const int64_t *)out.children[2]->buffers[1])[row] == products[row]);
        assert(((const double *)out.children[3]->buffers[1])[row] == shares[row]);
        if (row < 3) assert(is_text(out.children[4], row, labels[row]));
        assert(bit(out.children[4]->buffers[0], row) == (row < 3));
    }
    assert(out.children[2]->null_count == 0 && !out.children[2]->buffers[0] && out.children[4]->null_count == 1);
    assert(memcmp(out.children[5]->buffers[1], message_ends, sizeof message_ends) == 0);
    const struct ArrowArray *messages = out.children[5]->children[0];
    assert(messages->length == 6 && messages->children[0]->length == 6);
    for (int64_t i = 0; i < 6; i++) {
        assert(is_text(messages->children[0], i, i == 1 ? "user" : "system"));
        assert(is_text(messages->children[1], i, i == 1 ? "" : "\xC3\xA9 \"\xF0\x9F\xA4\xB7\"\n"));
    }
    assert(((const int64_t *)rejects.children[0]->buffers[1])[0] == 1 && is_text(rejects.children[1], 0, "two"));
    /* The detail may be cut, but not inside a character. */
    const int32_t *detail_ends = rejects.children[2]->buffers[1];
    const char *detail = rejects.children[2]->buffers[2];
    assert(detail_ends[1] > 2 && detail_ends[1] <= 255 && (detail_ends[1] % 2 == 0 || detail[detail_ends[1] - 1] == '!'));
    out.release(&out);
    rejects.release(&rejects);
    assert(!out.release && !rejects.release);

    input.length = 0;
    assert(map->run(instance, &call, &input, &out, &rejects, &error) == FASTDISTILL_OK);
    assert(out.length == 0 && rejects.length == 0 && out.children[0]->buffers[1] && out.children[1]->buffers[1]);
    out.release(&out);
    rejects.release(&rejects);

    input.length = 5;
    is_cancelled = true;
    memset(&out, 0, sizeof out);
    memset(&rejects, 0, sizeof rejects);
    assert(map->run(instance, &call, &input, &out, &rejects, &error) == FASTDISTILL_CANCELLED);
    assert(!out.release && !rejects.release && !out.children && !rejects.children);
    is_cancelled = false;
}

static fastdistill_status run_numbers(fastdistill_instance *instance, const int64_t *values, int64_t count,
                                      struct ArrowArray *out, struct ArrowArray *rejects) {
    const void *buffers[] = {NULL, values}, *none[] = {NULL};
    struct ArrowArray numbers = {.length = count, .n_buffers = 2, .buffers = buffers}, *children[] = {&numbers};
    struct ArrowArray input = {.length = count, .n_buffers = 1, .buffers = none, .n_children = 1, .children = children};
    fastdistill_call_v1 call = {.run_id = "check", .node_id = "numbers"};
    return map->run(instance, &call, &input, out, rejects, &error);
}

static void check_columns_that_are_not_set(void) {
    struct ArrowArray out = {0}, rejects = {0};
    fastdistill_instance *odd = make("odd", " { } ", NULL);
    const int64_t values[] = {1, 3, 4, 5};
    assert(run_numbers(odd, values, 4, &out, &rejects) == FASTDISTILL_INTERNAL && !out.release && !rejects.release);
    assert(error.row == 2 && strcmp(error.where, "same") == 0);
    assert(strcmp(error.message, "The step has not set the column, which is never null.") == 0);
    map->destroy(odd);

    /* Enough rows for the bitmap and the buffers to grow. */
    enum { ROWS = 5000 };
    int64_t *many = malloc(ROWS * sizeof *many);
    for (int64_t i = 0; i < ROWS; i++) many[i] = i % 3 == 0 ? -1 : i;
    fastdistill_instance *copy = make("copy", "{}", NULL);
    assert(run_numbers(copy, many, ROWS, &out, &rejects) == FASTDISTILL_OK && out.length == ROWS);
    assert(out.children[1]->null_count == (ROWS + 2) / 3);
    for (int64_t i = 0; i < ROWS; i++) {
        assert(bit(out.children[1]->buffers[0], i) == (i % 3 != 0));
        if (i % 3 != 0) assert(((const int64_t *)out.children[1]->buffers[1])[i] == i);
    }
    out.release(&out);
    rejects.release(&rejects);
    map->destroy(copy);
    free(many);
}

int main(void) {
    map = map_under_test();
    check_options();
    const fastdistill_host_v1 host = {NULL, host_interface};
    fastdistill_instance *instance = make(
        "all",
        "{ \"loud\" : true, \"f\\u0061ctor\":10,\"ratio\":5e-1 , \"mark\":\"\\u00e9 \\\"\\uD83E\\uDD37\\\"\\n\" }", &host);
    assert(instance);
    check_bind(instance);
    check_run(instance);
    map->destroy(instance);
    check_columns_that_are_not_set();
    puts("the kit works");
    return 0;
}
