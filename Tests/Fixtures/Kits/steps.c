/* Steps that use all that the kit of C packages has; check.c runs them. */
#include "kit/kit.h"

enum { YES, WHOLE, NUMBER, TEXT };
static const kit_column reads[] = {
    [YES] = {"yes", KIT_BOOL},
    [WHOLE] = {"whole", KIT_INT64},
    [NUMBER] = {"number", KIT_FLOAT64},
    [TEXT] = {"text", KIT_TEXT | KIT_NULLABLE},
    KIT_END};

enum { NO, PRODUCT, SHARE, LABEL, MESSAGES };
static const kit_column adds[] = {
    [NO] = {"no", KIT_BOOL},
    [PRODUCT] = {"product", KIT_INT64 | KIT_NULLABLE},
    [SHARE] = {"share", KIT_FLOAT64},
    [LABEL] = {"label", KIT_TEXT | KIT_NULLABLE},
    [MESSAGES] = {"messages", KIT_MESSAGES},
    KIT_END};

enum { LOUD, FACTOR, RATIO, MARK };
static const kit_option options[] = {
    [LOUD] = {"loud", KIT_BOOL, 0, 0},
    [FACTOR] = {"factor", KIT_INT64, 0, 100},
    [RATIO] = {"ratio", KIT_FLOAT64, -0.5, 0.5},
    [MARK] = {"mark", KIT_TEXT, 0, 0},
    KIT_END};

static void run(kit_row *row) {
    int64_t whole = kit_get_int64(row, WHOLE);
    kit_set_bool(row, NO, !kit_get_bool(row, YES));
    kit_set_int64(row, PRODUCT, 7);
    kit_set_int64(row, PRODUCT, whole * kit_option_int64(row, FACTOR));
    kit_set_float64(row, SHARE, kit_get_float64(row, NUMBER) * kit_option_float64(row, RATIO));
    for (int64_t i = 0; i < whole; i++) {
        kit_add_message(row, MESSAGES, kit_option_bool(row, LOUD) ? "system" : "user", kit_option_text(row, MARK));
    }
    if (whole == 0) kit_add_message(row, MESSAGES, "user", kit_string(""));
    if (!kit_is_null(row, TEXT)) {
        kit_set_text(row, LABEL, kit_string("overwritten"));
        kit_set_text(row, LABEL, kit_get_text(row, TEXT));
    }
    if (whole == 2) {
        char long_text[302];
        for (size_t i = 0; i < 300; i += 2) memcpy(long_text + i, "\xC3\xA9", 2);
        long_text[300] = '!';
        long_text[301] = 0;
        kit_reject(row, "two", "%s", long_text);
        kit_reject(row, "other", "not this one");
    }
}

static const kit_step all_step = {"all", reads, adds, options, run};

static const kit_option nothing[] = {KIT_END};
static const kit_column one_read[] = {{"whole", KIT_INT64}, KIT_END};
static const kit_column one_added[] = {{"same", KIT_INT64}, KIT_END};

static void set_odd(kit_row *row) {
    int64_t whole = kit_get_int64(row, 0);
    if (whole % 2 == 1) kit_set_int64(row, 0, whole);
}

static const kit_step odd_step = {"odd", one_read, one_added, nothing, set_odd};

static void copy(kit_row *row) {
    int64_t whole = kit_get_int64(row, 0);
    if (whole > 0) kit_set_int64(row, 0, whole);
}

static const kit_column nullable_added[] = {{"same", KIT_INT64 | KIT_NULLABLE}, KIT_END};
static const kit_step copy_step = {"copy", one_read, nullable_added, nothing, copy};

const kit_step *const kit_steps[] = {&all_step, &odd_step, &copy_step, NULL};

const fastdistill_map_v1 *map_under_test(void) { return &kit_map; }
