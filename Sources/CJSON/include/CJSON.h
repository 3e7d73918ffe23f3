/* simdjson behind a C interface: parses one JSON text and reports it as a sequence of events.
 *
 * Text pointers are valid during the callback only. [serial] per parser.
 */
#ifndef FASTDISTILL_CJSON_H
#define FASTDISTILL_CJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fdjson_parser fdjson_parser;

/* Every callback gets the context given to fdjson_parse. */
typedef struct fdjson_handler {
    void (*null)(void *context);
    void (*boolean)(void *context, int value);
    void (*integer)(void *context, int64_t value);
    void (*number)(void *context, double value);
    void (*string)(void *context, const char *bytes, size_t length);
    void (*key)(void *context, const char *bytes, size_t length);
    void (*begin_array)(void *context);
    void (*end_array)(void *context);
    void (*begin_object)(void *context);
    void (*end_object)(void *context);
} fdjson_handler;

fdjson_parser *fdjson_parser_create(void);
void fdjson_parser_destroy(fdjson_parser *parser);

/* Parses `length` bytes at `text`; needs no padding. Returns NULL, or a static text that says what is wrong, in which
 * case no callback was called. Integers above INT64_MAX come as `number`; those beyond 64 bits, and floats
 * too large for a double, are refused, though they are JSON. */
const char *fdjson_parse(fdjson_parser *parser, const char *text, size_t length, const fdjson_handler *handler,
                         void *context);

/* Whether bytes are UTF-8 text: 1 or 0. Some 0.1 ns a byte. */
int fdjson_is_utf8(const char *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
