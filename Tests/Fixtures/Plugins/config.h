/* The options of the plugins of this folder: a table of them, and a reader for the JSON that `create` gets. */
#ifndef FASTDISTILL_FIXTURE_CONFIG_H
#define FASTDISTILL_FIXTURE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastdistill/plugin.h"

/* What is refused, and how the pointer to an option looks. */
#ifndef REFUSE_TYPE
#define REFUSE_TYPE(message) return refuse_option(error, name, message);
#endif
#ifndef REFUSE_RANGE
#define REFUSE_RANGE(message) return refuse_option(error, name, message);
#endif
#ifndef REFUSE_UNKNOWN
#define REFUSE_UNKNOWN return refuse_option(error, name, "There is no such option; leave it out.");
#endif
#ifndef IS_MISSED
#define IS_MISSED(option, is_given) ((option)->required && !(is_given))
#endif
#ifndef POINTER
#define POINTER "/%s"
#endif

enum { most_options = 4, most_choices = 3 };

/* `kind` is 's' for a text and a resource, 'i' for an integer. */
typedef struct {
    const char *name;
    char kind;
    bool required;
    int64_t minimum, maximum;
    const char *choices[most_choices];
} option_t;

typedef struct {
    bool given[most_options];
    char *texts[most_options];
    int64_t numbers[most_options];
} config_t;

/* A place in the JSON. What follows `end` is not looked at: no NUL stands there. */
typedef struct {
    const char *at, *end;
} json_t;

static inline void fail(fastdistill_error_v1 *error, int64_t row, const char *where, const char *message) {
    error->row = row;
    snprintf(error->where, sizeof error->where, "%s", where);
    snprintf(error->message, sizeof error->message, "%s", message);
}

static bool refuse_option(fastdistill_error_v1 *error, const char *name, const char *message) {
    char pointer[200];
    snprintf(pointer, sizeof pointer, POINTER, name);
    fail(error, -1, pointer, message);
    return false;
}

static void skip_space(json_t *json) {
    while (json->at < json->end && strchr(" \t\r\n", *json->at) != NULL) json->at++;
}

static bool take(json_t *json, char wanted) {
    skip_space(json);
    if (json->at == json->end || *json->at != wanted) return false;
    json->at++;
    return true;
}

static uint32_t code_unit(json_t *json) {
    char digits[5] = {0};
    if (json->end - json->at < 4) return 0xFFFD;
    memcpy(digits, json->at, 4);
    json->at += 4;
    return (uint32_t)strtoul(digits, NULL, 16);
}

static char *write_utf8(char *out, uint32_t code) {
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
        *out++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *out++ = (char)(0xE0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    } else {
        *out++ = (char)(0xF0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 0x3F));
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    }
    return out;
}

/* Reads a string, which the caller frees; NULL where there is none. */
static char *take_text(json_t *json) {
    if (!take(json, '"')) return NULL;
    char *text = malloc((size_t)(json->end - json->at) + 1), *out = text;
    while (json->at < json->end && *json->at != '"') {
        if (*json->at != '\\') {
            *out++ = *json->at++;
            continue;
        }
        if (++json->at == json->end) break;
        char letter = *json->at++;
        const char *known = strchr("b\bf\fn\nr\rt\t", letter);
        if (letter == 'u') {
            uint32_t code = code_unit(json);
            if (code >= 0xD800 && code < 0xDC00) {
                json->at += 2;
                code = 0x10000 + ((code - 0xD800) << 10) + (code_unit(json) - 0xDC00);
            }
            out = write_utf8(out, code);
        } else {
            *out++ = known ? known[1] : letter;
        }
    }
    *out = 0;
    if (!take(json, '"')) {
        free(text);
        return NULL;
    }
    return text;
}

static bool take_integer(json_t *json, int64_t *value) {
    skip_space(json);
    char digits[24] = {0};
    int count = 0;
    while (json->at < json->end && count < 23 && strchr("-0123456789", *json->at) != NULL)
        digits[count++] = *json->at++;
    *value = strtoll(digits, NULL, 10);
    bool goes_on = json->at < json->end && strchr(".eE", *json->at) != NULL;
    return count > 0 && !goes_on;
}

/* Passes over a value of any kind. */
static inline bool skip_value(json_t *json) {
    int depth = 0;
    do {
        char *text = take_text(json);
        free(text);
        if (text) continue;
        if (json->at == json->end) return false;
        char letter = *json->at;
        if (letter == '{' || letter == '[') depth++;
        if (letter == '}' || letter == ']') depth--;
        if (depth < 0 || (depth == 0 && letter == ',')) return true;
        json->at++;
    } while (true);
}

static bool is_choice(const option_t *option, const char *text) {
    if (option->choices[0] == NULL) return true;
    for (int i = 0; i < most_choices && option->choices[i]; i++)
        if (strcmp(option->choices[i], text) == 0) return true;
    return false;
}

static bool take_option(json_t *json, const option_t *options, const char *name, config_t *config,
                        fastdistill_error_v1 *error) {
    int index = 0;
    while (options[index].name && strcmp(options[index].name, name) != 0) index++;
    const option_t *option = &options[index];
    if (option->name == NULL) { REFUSE_UNKNOWN }
    config->given[index] = true;
    if (option->kind == 's') {
        free(config->texts[index]);
        config->texts[index] = take_text(json);
        if (config->texts[index] == NULL) { REFUSE_TYPE("The option must be a text.") }
        if (!is_choice(option, config->texts[index])) { REFUSE_RANGE("The option has no such choice.") }
        return true;
    }
    if (!take_integer(json, &config->numbers[index])) { REFUSE_TYPE("The option must be an integer.") }
    if (config->numbers[index] < option->minimum || config->numbers[index] > option->maximum) {
        REFUSE_RANGE("The option is out of its range.")
    }
    return true;
}

static void free_config(config_t *config) {
    for (int i = 0; i < most_options; i++) free(config->texts[i]);
    memset(config, 0, sizeof *config);
}

/* Reads the options; on failure nothing is left to free and the error says which one is wrong. */
static inline bool read_config(const char *text, uint64_t length, const option_t *options, config_t *config,
                               fastdistill_error_v1 *error) {
    json_t json = {text, text + length};
    bool fine = take(&json, '{') || refuse_option(error, "", "The options must be an object.");
    while (fine && !take(&json, '}')) {
        char *name = take_text(&json);
        fine = (name && take(&json, ':')) || refuse_option(error, "", "The options are not JSON.");
        fine = fine && take_option(&json, options, name, config, error);
        free(name);
        take(&json, ',');
    }
    for (int i = 0; fine && options[i].name; i++)
        if (IS_MISSED(&options[i], config->given[i]))
            fine = refuse_option(error, options[i].name, "The option is missing.");
    if (!fine) free_config(config);
    return fine;
}

#endif
