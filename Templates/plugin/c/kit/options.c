/* Options out of JSON (options.h): an object whose values are plain. The host has checked them against spec.json. */
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

fastdistill_status kit_fail(fastdistill_error_v1 *error, fastdistill_status status, int64_t row, const char *where,
                            const char *message) {
    error->row = row;
    snprintf(error->where, sizeof error->where, "%s", where);
    snprintf(error->message, sizeof error->message, "%s", message);
    return status;
}

static const char *skip_space(const char *at) {
    while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') at++;
    return at;
}

/* Past the string that begins at a quotation mark; to the end of the text if it has no other. */
static const char *skip_string(const char *at) {
    for (at++; *at && *at != '"'; at++) {
        if (*at == '\\' && at[1]) at++;
    }
    return at + (*at == '"');
}

/* Past a value: up to the comma or bracket that ends it. */
static const char *skip_value(const char *at) {
    int depth = 0;
    while (*at && (depth > 0 || (*at != ',' && *at != '}'))) {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        if (*at == '{' || *at == '[') depth++;
        if (*at == '}' || *at == ']') depth--;
        at++;
    }
    return at;
}

static uint32_t read_hex(const char *at) {
    uint32_t value = 0;
    for (int i = 0; i < 4 && at[i]; i++) {
        char digit = at[i];
        value = value * 16 + (uint32_t)(digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10);
    }
    return value;
}

static char *write_utf8(char *out, uint32_t scalar) {
    if (scalar < 0x80) {
        *out++ = (char)scalar;
    } else if (scalar < 0x800) {
        *out++ = (char)(0xC0 | scalar >> 6);
        *out++ = (char)(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        *out++ = (char)(0xE0 | scalar >> 12);
        *out++ = (char)(0x80 | (scalar >> 6 & 0x3F));
        *out++ = (char)(0x80 | (scalar & 0x3F));
    } else {
        *out++ = (char)(0xF0 | scalar >> 18);
        *out++ = (char)(0x80 | (scalar >> 12 & 0x3F));
        *out++ = (char)(0x80 | (scalar >> 6 & 0x3F));
        *out++ = (char)(0x80 | (scalar & 0x3F));
    }
    return out;
}

/* The text of the JSON string at `at`, which ends before `end`; never longer than it is written there. The caller frees
 * it; NULL when it is none or there is no memory. */
static char *read_string(const char *at, const char *end, size_t *length) {
    if (*at != '"' || skip_space(skip_string(at)) != end) return NULL;
    char *text = malloc((size_t)(end - at) + 1), *out = text;
    if (!text) return NULL;
    for (at++; at < end && *at != '"'; at++) {
        if (*at != '\\') {
            *out++ = *at;
            continue;
        }
        switch (*++at) {
        case 'b': *out++ = '\b'; break;
        case 'f': *out++ = '\f'; break;
        case 'n': *out++ = '\n'; break;
        case 'r': *out++ = '\r'; break;
        case 't': *out++ = '\t'; break;
        case 'u': {
            if (end - at < 6) break;
            uint32_t scalar = read_hex(at + 1);
            at += 4;
            if (scalar >> 10 == 0x36 && end - at > 7 && at[1] == '\\') { /* two halves of one scalar */
                scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (read_hex(at + 3) & 0x3FF);
                at += 6;
            }
            out = write_utf8(out, scalar);
            break;
        }
        default: *out++ = *at;
        }
    }
    *out = 0;
    *length = (size_t)(out - text);
    return text;
}

/* Reads the value from `at` to `end`; NULL, or what the option has to be. */
static const char *read_option(kit_option_value *value, int type, const char *at, const char *end) {
    char *stop = NULL;
    switch (type) {
    case KIT_BOOL:
        value->boolean = *at == 't';
        const char *word = value->boolean ? "true" : "false";
        return strncmp(at, word, strlen(word)) != 0 || skip_space(at + strlen(word)) != end ? "true or false" : NULL;
    case KIT_INT64:
        value->integer = strtoll(at, &stop, 10);
        value->number = (double)value->integer;
        return stop == at || skip_space(stop) != end ? "a whole number" : NULL;
    case KIT_FLOAT64:
        value->number = strtod(at, &stop);
        return (*at != '-' && (*at < '0' || *at > '9')) || skip_space(stop) != end ? "a number" : NULL;
    default:
        free(value->bytes);
        value->bytes = read_string(at, end, &value->length);
        return value->bytes ? NULL : "a text";
    }
}

/* Reads the member whose name is at `name` and whose value is from `at` to `end`. */
static fastdistill_status read_member(const kit_option *declared, const char *name, const char *at, const char *end,
                                      kit_option_value *values, fastdistill_error_v1 *error) {
    char where[sizeof error->where], message[sizeof error->message];
    snprintf(where, sizeof where, "/%s", name);
    int64_t place = 0;
    while (declared[place].name && strcmp(declared[place].name, name) != 0) place++;
    const kit_option *option = &declared[place];
    if (!option->name) {
        snprintf(message, sizeof message, "There is no option `%.200s`.", name);
        return kit_fail(error, FASTDISTILL_INVALID_CONFIG, -1, where, message);
    }
    const char *wanted = read_option(&values[place], option->type, at, end);
    bool has_limits = option->minimum != 0 || option->maximum != 0;
    double number = values[place].number;
    if (wanted) {
        snprintf(message, sizeof message, "Option `%s` must be %s.", name, wanted);
    } else if (has_limits && (number < option->minimum || number > option->maximum)) {
        snprintf(message, sizeof message, "Option `%s` must be %.15g to %.15g.", name, option->minimum, option->maximum);
    } else {
        return FASTDISTILL_OK;
    }
    return kit_fail(error, FASTDISTILL_INVALID_CONFIG, -1, where, message);
}

fastdistill_status kit_read_options(const kit_option *declared, const char *json, kit_option_value *values,
                                    fastdistill_error_v1 *error) {
    const char *at = skip_space(json);
    if (*at != '{') return kit_fail(error, FASTDISTILL_INVALID_CONFIG, -1, "", "The options must be an object.");
    at = skip_space(at + 1);
    while (*at == '"') {
        const char *colon = skip_space(skip_string(at));
        if (*colon != ':') break;
        const char *value = skip_space(colon + 1), *end = skip_value(value);
        size_t length;
        char *name = read_string(at, colon, &length);
        if (!name) break;
        fastdistill_status status = read_member(declared, name, value, end, values, error);
        free(name);
        if (status != FASTDISTILL_OK) return status;
        at = *end == ',' ? skip_space(end + 1) : end;
    }
    return *at == '}' ? FASTDISTILL_OK
                      : kit_fail(error, FASTDISTILL_INVALID_CONFIG, -1, "", "The options are no JSON object.");
}
