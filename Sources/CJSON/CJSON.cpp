#include "CJSON.h"

#include <simdjson.h>

#include <new>

using simdjson::dom::element;
using simdjson::dom::element_type;

struct fdjson_parser {
    simdjson::dom::parser dom;
};

namespace {

void report(const element &value, const fdjson_handler *handler, void *context) {
    switch (value.type()) {
    case element_type::NULL_VALUE:
        handler->null(context);
        break;
    case element_type::BOOL:
        handler->boolean(context, value.get_bool().value_unsafe() ? 1 : 0);
        break;
    case element_type::INT64:
        handler->integer(context, value.get_int64().value_unsafe());
        break;
    case element_type::UINT64: // above INT64_MAX
        handler->number(context, static_cast<double>(value.get_uint64().value_unsafe()));
        break;
    case element_type::DOUBLE:
        handler->number(context, value.get_double().value_unsafe());
        break;
    case element_type::STRING: {
        auto text = value.get_string().value_unsafe();
        handler->string(context, text.data(), text.size());
        break;
    }
    case element_type::ARRAY:
        handler->begin_array(context);
        for (element child : value.get_array().value_unsafe()) {
            report(child, handler, context);
        }
        handler->end_array(context);
        break;
    case element_type::OBJECT:
        handler->begin_object(context);
        for (auto field : value.get_object().value_unsafe()) {
            handler->key(context, field.key.data(), field.key.size());
            report(field.value, handler, context);
        }
        handler->end_object(context);
        break;
    }
}

} // namespace

fdjson_parser *fdjson_parser_create(void) { return new (std::nothrow) fdjson_parser; }

void fdjson_parser_destroy(fdjson_parser *parser) { delete parser; }

const char *fdjson_parse(fdjson_parser *parser, const char *text, size_t length, const fdjson_handler *handler,
                         void *context) {
    // The parser copies into its own padded buffer, so callers need no padding of their own.
    auto parsed = parser->dom.parse(text, length, true);
    if (parsed.error() != simdjson::SUCCESS) {
        return simdjson::error_message(parsed.error());
    }
    report(parsed.value_unsafe(), handler, context);
    return nullptr;
}

int fdjson_is_utf8(const char *bytes, size_t length) { return simdjson::validate_utf8(bytes, length) ? 1 : 0; }
