/* Adds columns of all kinds, right ones for any text but those that say which rule to break. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fastdistill/plugin.h"

struct fastdistill_instance {
    const fastdistill_host_v1 *host;
};

/* One buffer that grows. */
typedef struct {
    char *bytes;
    size_t count, room;
} heap_t;

static void put(heap_t *heap, const void *bytes, size_t count) {
    if (heap->count + count > heap->room) {
        heap->room = 2 * (heap->count + count);
        heap->bytes = realloc(heap->bytes, heap->room);
    }
    memcpy(heap->bytes + heap->count, bytes, count);
    heap->count += count;
}

static const void *take(heap_t *heap) {
    char none = 0;
    if (heap->bytes == NULL) put(heap, &none, 1);
    return heap->bytes;
}

static void put_end(heap_t *ends, size_t end) {
    int32_t value = (int32_t)end;
    put(ends, &value, sizeof value);
}

/* A text column under construction. */
typedef struct {
    heap_t bytes, ends;
    int64_t rows;
} texts_t;

static void put_text(texts_t *texts, const char *text, size_t length) {
    if (texts->rows == 0) put_end(&texts->ends, 0);
    put(&texts->bytes, text, length);
    put_end(&texts->ends, texts->bytes.count);
    texts->rows++;
}

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
        free(schema->children[i]);
    }
    free(schema->children);
    schema->release = NULL;
}

static struct ArrowSchema *make_schema(struct ArrowSchema *schema, const char *format, const char *name,
                                       int64_t children) {
    memset(schema, 0, sizeof *schema);
    schema->format = format;
    schema->name = name;
    schema->n_children = children;
    schema->children = children ? calloc((size_t)children, sizeof *schema->children) : NULL;
    for (int64_t i = 0; i < children; i++) schema->children[i] = calloc(1, sizeof **schema->children);
    schema->release = release_schema;
    return schema;
}

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release) array->children[i]->release(array->children[i]);
        free(array->children[i]);
    }
    for (int64_t i = 0; i < array->n_buffers; i++) free((void *)array->buffers[i]);
    free(array->children);
    free(array->buffers);
    array->release = NULL;
}

static struct ArrowArray *make_array(struct ArrowArray *array, int64_t length, int64_t buffers, int64_t children) {
    memset(array, 0, sizeof *array);
    array->length = length;
    array->n_buffers = buffers;
    array->buffers = calloc((size_t)buffers, sizeof *array->buffers);
    array->n_children = children;
    array->children = children ? calloc((size_t)children, sizeof *array->children) : NULL;
    for (int64_t i = 0; i < children; i++) array->children[i] = calloc(1, sizeof **array->children);
    array->release = release_array;
    return array;
}

static void fill_texts(struct ArrowArray *array, texts_t *texts) {
    if (texts->rows == 0) put_end(&texts->ends, 0);
    make_array(array, texts->rows, 3, 0);
    array->buffers[1] = take(&texts->ends);
    array->buffers[2] = take(&texts->bytes);
}

static void fill_numbers(struct ArrowArray *array, int64_t rows, heap_t *values) {
    make_array(array, rows, 2, 0);
    array->buffers[1] = take(values);
}

static fastdistill_status create(const char *step, const char *config, uint64_t length, const fastdistill_host_v1 *host,
                                 fastdistill_instance **out, fastdistill_error_v1 *error) {
    (void)step, (void)config, (void)length, (void)error;
    *out = calloc(1, sizeof **out);
    (*out)->host = host;
    return FASTDISTILL_OK;
}

static fastdistill_status bind(fastdistill_instance *instance, const struct ArrowSchema *input,
                               struct ArrowSchema *reads, struct ArrowSchema *adds, fastdistill_error_v1 *error) {
    (void)instance, (void)input, (void)error;
    make_schema(make_schema(reads, "+s", "", 1)->children[0], "u", "text", 0);
    make_schema(adds, "+s", "", 7);
    make_schema(adds->children[0], "u", "word", 0);
    make_schema(adds->children[1], "l", "count", 0);
    make_schema(adds->children[2], "g", "score", 0);
    make_schema(adds->children[3], "u", "verdict", 0);
    make_schema(adds->children[4], "u", "facts", 0);
    make_schema(make_schema(adds->children[5], "+l", "tags", 1)->children[0], "u", "item", 0);
    struct ArrowSchema *message = make_schema(adds->children[6], "+l", "messages", 1)->children[0];
    make_schema(message, "+s", "item", 2);
    make_schema(message->children[0], "u", "role", 0);
    make_schema(message->children[1], "u", "content", 0);
    message->children[1]->flags = ARROW_FLAG_NULLABLE;
    return FASTDISTILL_OK;
}

static int is(const char *text, size_t length, const char *other) {
    return length == strlen(other) && memcmp(text, other, length) == 0;
}

static fastdistill_status run(fastdistill_instance *instance, const fastdistill_call_v1 *call,
                              const struct ArrowArray *input, struct ArrowArray *out, struct ArrowArray *rejects,
                              fastdistill_error_v1 *error) {
    (void)instance, (void)call, (void)error;
    const int32_t *ends = input->children[0]->buffers[1];
    const char *bytes = input->children[0]->buffers[2];
    heap_t parents = {0}, counts = {0}, scores = {0}, tag_ends = {0}, message_ends = {0}, has_content = {0};
    heap_t reject_parents = {0};
    texts_t words = {0}, verdicts = {0}, facts = {0}, tags = {0}, roles = {0}, contents = {0}, codes = {0};
    put_end(&tag_ends, 0), put_end(&message_ends, 0);
    int64_t rows = 0, rejected = 0;
    for (int64_t row = 0; row < input->length; row++) {
        const char *text = bytes + ends[row];
        size_t length = (size_t)(ends[row + 1] - ends[row]);
#define SAYS(words) is(text, length, words)
        if (SAYS("code")) {
            put(&reject_parents, &row, 8), put_text(&codes, "no_such_code", 12), rejected++;
            continue;
        }
        if (SAYS("missing")) continue;
        const char *word = SAYS("option") ? "maybe" : SAYS("pattern") ? "no" : SAYS("utf8") ? "y\xFFs" : "yes";
        put_text(&words, word, strlen(word));
        int64_t count = SAYS("below") ? 0 : SAYS("above") ? 11 : 5;
        put(&counts, &count, 8);
        double score = SAYS("infinite") ? INFINITY : SAYS("nan") ? NAN : 0.5;
        put(&scores, &score, 8);
        const char *verdict = SAYS("verdict") ? "good" : SAYS("short") ? "" : "undecidable";
        put_text(&verdicts, verdict, strlen(verdict));
        const char *fact = SAYS("json") ? "{\"a\": 1" : SAYS("long") ? "\"012345678901234567\"" : "{\"a\": [1, null]}";
        put_text(&facts, fact, strlen(fact));
        for (int i = SAYS("few") ? 1 : 0; i < (SAYS("many") ? 4 : 1); i++)
            put_text(&tags, SAYS("item") ? "\xC3" : "tag", SAYS("item") ? 1 : 3);
        put_end(&tag_ends, (size_t)tags.rows);
        if (!SAYS("silent")) {
            put_text(&roles, "system", 6), put_text(&contents, "", 0), put(&has_content, "1", 1);
            const char *role = SAYS("role") ? "robot" : "assistant";
            put_text(&roles, role, strlen(role)), put_text(&contents, "hi", 2);
            put(&has_content, SAYS("content") ? "0" : "1", 1);
        }
        put_end(&message_ends, (size_t)roles.rows);
        put(&parents, &row, 8);
        rows++;
    }
    make_array(out, rows, 1, 8);
    fill_numbers(out->children[0], rows, &parents);
    fill_texts(out->children[1], &words);
    fill_numbers(out->children[2], rows, &counts);
    fill_numbers(out->children[3], rows, &scores);
    fill_texts(out->children[4], &verdicts);
    fill_texts(out->children[5], &facts);
    struct ArrowArray *list = make_array(out->children[6], rows, 2, 1);
    list->buffers[1] = take(&tag_ends);
    fill_texts(list->children[0], &tags);
    list = make_array(out->children[7], rows, 2, 1);
    list->buffers[1] = take(&message_ends);
    make_array(list->children[0], roles.rows, 1, 2);
    fill_texts(list->children[0]->children[0], &roles);
    fill_texts(list->children[0]->children[1], &contents);
    uint8_t *validity = calloc((size_t)contents.rows / 8 + 1, 1);
    for (int64_t i = 0; i < contents.rows; i++)
        if (has_content.bytes[i] == '1') validity[i / 8] |= (uint8_t)(1 << i % 8);
    free(has_content.bytes);
    list->children[0]->children[1]->null_count = -1;
    list->children[0]->children[1]->buffers[0] = validity;
    make_array(rejects, rejected, 1, 3);
    fill_numbers(rejects->children[0], rejected, &reject_parents);
    fill_texts(rejects->children[1], &codes);
    make_array(rejects->children[2], rejected, 3, 0);
    rejects->children[2]->null_count = rejected;
    rejects->children[2]->buffers[0] = calloc((size_t)rejected / 8 + 1, 1);
    rejects->children[2]->buffers[1] = calloc((size_t)rejected + 1, 4);
    return FASTDISTILL_OK;
}

static void destroy(fastdistill_instance *instance) { free(instance); }

static const fastdistill_map_v1 map = {create, bind, run, destroy};

static const void *get_interface(const char *id) { return strcmp(id, FASTDISTILL_MAP_V1) == 0 ? &map : NULL; }

#ifndef PLUGIN_ID
#define PLUGIN_ID "columns"
#endif
#define SPEC                                                                                                           \
    "{\"id\": \"" PLUGIN_ID "\", \"version\": \"1.0.0\", \"summary\": \"Adds columns.\", \"toolchain\": \"c\","          \
    "\"steps\": [{"                                                                                                    \
    "\"id\": \"all\", \"summary\": \"Adds columns of all kinds.\","                                                    \
    "\"reads\": [{\"name\": \"text\", \"type\": \"utf8\"}], \"adds\": ["                                               \
    "{\"name\": \"word\", \"type\": \"utf8\", \"options\": [\"yes\", \"no\"], \"pattern\": \"^[a-z]{3}$\"},"           \
    "{\"name\": \"count\", \"type\": \"int64\", \"minimum\": 1, \"maximum\": 10},"                                     \
    "{\"name\": \"score\", \"type\": \"float64\", \"tags\": [\"score\"]},"                                             \
    "{\"name\": \"verdict\", \"type\": \"utf8\", \"tags\": [\"verdict\"], \"min_length\": 1},"                         \
    "{\"name\": \"facts\", \"type\": \"utf8\", \"tags\": [\"json\"], \"max_length\": 16},"                             \
    "{\"name\": \"tags\", \"type\": \"list<utf8>\", \"min_length\": 1, \"max_length\": 3},"                            \
    "{\"name\": \"messages\", \"type\": \"list<struct<role: utf8, content: utf8?>>\", \"tags\": [\"messages\"]}],"     \
    "\"rejects\": [{\"code\": \"too_odd\", \"doc\": \"Never.\"}]}]}"

static const fastdistill_plugin_entry_v1 entry = {FASTDISTILL_ABI_VERSION, 0, SPEC, sizeof SPEC - 1, get_interface};

const fastdistill_plugin_entry_v1 *fastdistill_plugin_v1(void) { return &entry; }
