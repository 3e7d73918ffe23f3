/* Dies of the text "bad", or because it was there, in the way and at the place that the test defines. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef AT_ROW
#define AT_ROW
#endif
#ifndef AT_RESULT
#define AT_RESULT
#endif
#ifndef AT_RELEASE
#define AT_RELEASE
#endif
/* A file for what the test wants to know, a line each. */
#ifndef NOTES
#define NOTES "/dev/null"
#endif

static int has_met_bad;

#define WAY static __attribute__((unused))

WAY void note(const char *text, long number) {
    FILE *notes = fopen(NOTES, "a");
    fprintf(notes, "%s%ld\n", text, number);
    fclose(notes);
}

WAY int overflow_stack(int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    return depth < 0 ? room[0] : overflow_stack(depth + 1) + room[0];
}

/* What a program does that asks for memory and does not look whether it got any. */
WAY void ask_for_memory(size_t bytes) { memset(malloc(bytes), 1, bytes); }

/* What a program does that asks for memory and has an answer for the case that it gets none. */
WAY void insist_on_memory(size_t bytes) {
    if (malloc(bytes) == NULL) abort();
}

WAY void leave_without_memory(size_t bytes) {
    if (malloc(bytes) == NULL) exit(1);
}

WAY void close_descriptors(void) {
    for (int descriptor = 0; descriptor < 256; descriptor++) close(descriptor);
}

WAY void write_for_ever(FILE *file) {
    for (;;) {
        fputs("more and more\n", file);
        fflush(file);
    }
}

WAY void say(const void *bytes, size_t count) {
    if (write(3, bytes, count) < 0) abort();
}

/* The head of an answer, and less of it than it says. */
WAY void say_half(void) { say("\x10\0\0\0\x0C" "half", 9); }

WAY void say_nonsense(void) { say("hello, host\n", 12); }

/* A child that does nothing, for ever, with all that it has inherited. */
WAY void leave_child(int is_detached) {
    int report[2];
    if (pipe(report) != 0) abort();
    pid_t child = fork();
    if (child == 0) {
        if (is_detached) {
            setsid();
            if (fork() != 0) _exit(0);
        }
        signal(SIGTERM, SIG_IGN);
        note("child ", getpid());
        close(report[1]);
        for (;;) pause();
    }
    /* The pipe ends when the child has said who it is, or is gone. */
    close(report[1]);
    char nothing;
    if (read(report[0], &nothing, 1) != 0) abort();
    close(report[0]);
}

/* A folder that is not easy to remove. */
WAY void fill_temporary_folder(void) {
    if (chdir(getenv("TMPDIR")) != 0 || mkdir("a", 0700) != 0 || mkdir("a/b", 0700) != 0) abort();
    int file = open("a/b/file", O_CREAT | O_WRONLY, 0600);
    if (file < 0 || symlink("/", "a/link") != 0 || chmod("a/b", 0) != 0 || chmod("a", 0) != 0) abort();
    struct stat status;
    if (stat(".", &status) != 0) abort();
    char path[1024];
    FILE *notes = fopen(NOTES, "a");
    fprintf(notes, "%s %o\n", getcwd(path, sizeof path), status.st_mode & 0777);
    fclose(notes);
}

#define ON_ROW                                                                                                         \
    if (row == 0) has_met_bad = 0;                                                                                     \
    if (length == 3 && memcmp(text, "bad", 3) == 0) {                                                                  \
        has_met_bad = 1;                                                                                               \
        AT_ROW;                                                                                                        \
    }
#define ON_RESULT                                                                                                      \
    note("rows ", count);                                                                                              \
    if (has_met_bad) {                                                                                                 \
        AT_RESULT;                                                                                                     \
    }
#define ON_RELEASE                                                                                                     \
    if (has_met_bad) {                                                                                                 \
        AT_RELEASE;                                                                                                    \
    }
#include "fixture.h"
