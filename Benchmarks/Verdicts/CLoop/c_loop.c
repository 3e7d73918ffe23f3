/* The least a comparison by execution can do: runs both statements of each pair, sorts their rows as bytes, and compares.
 *
 *     c_loop FOLDER PAIRS
 *
 * PAIRS has lines of database, prediction and gold query with tabs between them. No limits, no sandbox, one verdict.
 * Prints the number of pairs, of equal ones, and the CPU time in nanoseconds, without reading the file. */
#define _GNU_SOURCE
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct rows {
    char *bytes;
    size_t used, capacity;
    size_t *starts;
    size_t count, room;
    int failed;
};

static char *sorted_bytes;

static void append(struct rows *rows, const void *bytes, size_t length) {
    if (rows->used + length > rows->capacity) {
        rows->capacity = (rows->used + length) * 2;
        rows->bytes = realloc(rows->bytes, rows->capacity);
        if (!rows->bytes) abort();
    }
    if (length) memcpy(rows->bytes + rows->used, bytes, length);
    rows->used += length;
}

/* A row is its length, then type, length and bytes of each value. */
static void append_row(struct rows *rows, sqlite3_stmt *statement, int columns) {
    if (rows->count == rows->room) {
        rows->room = rows->room ? rows->room * 2 : 64;
        rows->starts = realloc(rows->starts, rows->room * sizeof *rows->starts);
        if (!rows->starts) abort();
    }
    size_t start = rows->used;
    rows->starts[rows->count++] = start;
    uint32_t length = 0;
    append(rows, &length, sizeof length);
    for (int i = 0; i < columns; i++) {
        char type = (char)sqlite3_column_type(statement, i);
        append(rows, &type, 1);
        int64_t integer;
        double real;
        uint32_t size;
        switch (type) {
        case SQLITE_INTEGER:
            integer = sqlite3_column_int64(statement, i);
            append(rows, &integer, sizeof integer);
            break;
        case SQLITE_FLOAT:
            real = sqlite3_column_double(statement, i);
            append(rows, &real, sizeof real);
            break;
        case SQLITE_NULL: break;
        default: {
            const void *bytes = sqlite3_column_blob(statement, i);
            size = (uint32_t)sqlite3_column_bytes(statement, i);
            append(rows, &size, sizeof size);
            append(rows, bytes, size);
        }
        }
    }
    length = (uint32_t)(rows->used - start);
    memcpy(rows->bytes + start, &length, sizeof length);
}

static int order(const void *left, const void *right) {
    const char *a = sorted_bytes + *(const size_t *)left, *b = sorted_bytes + *(const size_t *)right;
    uint32_t m, n;
    memcpy(&m, a, sizeof m);
    memcpy(&n, b, sizeof n);
    int difference = memcmp(a, b, m < n ? m : n);
    return difference ? difference : (m > n) - (m < n);
}

static void execute(sqlite3 *database, const char *sql, struct rows *rows) {
    rows->used = rows->count = 0;
    sqlite3_stmt *statement = NULL;
    rows->failed = sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK;
    if (!rows->failed) {
        int columns = sqlite3_column_count(statement), code;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) append_row(rows, statement, columns);
        rows->failed = code != SQLITE_DONE;
    }
    sqlite3_finalize(statement);
    sorted_bytes = rows->bytes;
    if (rows->count > 1) qsort(rows->starts, rows->count, sizeof *rows->starts, order);
}

static int are_equal(const struct rows *a, const struct rows *b) {
    if (a->failed || b->failed || a->count != b->count || a->used != b->used) return 0;
    for (size_t i = 0; i < a->count; i++) {
        uint32_t length;
        memcpy(&length, a->bytes + a->starts[i], sizeof length);
        if (memcmp(a->bytes + a->starts[i], b->bytes + b->starts[i], length) != 0) return 0;
    }
    return 1;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    FILE *file = fopen(arguments[2], "r");
    if (!file) return 2;
    char **pairs = NULL, *line = NULL;
    size_t used = 0, room = 0, capacity = 0;
    while (getline(&line, &capacity, file) > 0) {
        if (used == room) pairs = realloc(pairs, (room = room ? room * 2 : 1024) * sizeof *pairs);
        if (!pairs) abort();
        line[strcspn(line, "\n")] = 0;
        pairs[used++] = strdup(line);
    }
    sqlite3 *database = NULL;
    char *open = NULL;
    struct rows given = {0}, gold = {0};
    size_t equal = 0;
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (size_t i = 0; i < used; i++) {
        char *rest = pairs[i], *name = strsep(&rest, "\t"), *prediction = strsep(&rest, "\t");
        if (!open || strcmp(open, name) != 0) {
            char path[4096];
            snprintf(path, sizeof path, "file:%s/%s/%s.sqlite?mode=ro&immutable=1", arguments[1], name, name);
            sqlite3_close(database);
            if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) != SQLITE_OK) return 1;
            open = name;
        }
        execute(database, prediction, &given);
        execute(database, rest, &gold);
        equal += (size_t)are_equal(&given, &gold);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    printf("%zu %zu %lld\n", used, equal,
           (end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec));
    return 0;
}
