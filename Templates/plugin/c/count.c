/* {{name}}/count: how many words a text has. */
#include "kit/kit.h"

enum { TEXT };
static const kit_column reads[] = {[TEXT] = {"text", KIT_TEXT}, KIT_END};

enum { WORDS };
static const kit_column adds[] = {[WORDS] = {"words", KIT_INT64}, KIT_END};

enum { LIMIT };
static const kit_option options[] = {[LIMIT] = {"limit", KIT_INT64, 1, 10000000}, KIT_END};

static bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

static void run(kit_row *row) {
    kit_text text = kit_get_text(row, TEXT);
    if ((int64_t)text.length > kit_option_int64(row, LIMIT)) {
        kit_reject(row, "too_long", "%zu bytes", text.length);
        return;
    }
    int64_t words = 0;
    bool inside = false;
    for (size_t i = 0; i < text.length; i++) {
        bool space = is_space(text.bytes[i]);
        if (!space && !inside) words++;
        inside = !space;
    }
    kit_set_int64(row, WORDS, words);
}

const kit_step count_step = {"count", reads, adds, options, run};
