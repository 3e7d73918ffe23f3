/* Kills the host at one of the calls by which it changes the disk, or fails that call. Loaded with LD_PRELOAD.
 *
 * Only calls of the program `fastdistill` itself count, not those of its workers, and only on files and folders below
 * FAULT_ROOT (an absolute path without links): no sockets, pipes or memory files. A call is known by what it does, to which
 * file, and how many such calls there were before it, since the threads of the host take turns as they like:
 *
 *     write runs/small-1a2b3c4d5e6f/ledger 3
 *
 *     FAULT_LOG   a file to which every call is written before it is made: a line "KIND PATH"
 *     FAULT_AT    "MODE KIND PATH NUMBER": at this call, the first being number 1, the host gets SIGKILL.
 *                 MODE is `before`, `half` (after half of a write) or `after`; or `full`: the disk is full for a moment.
 *                 Half of a write is made, and the next one to the same file fails; other calls fail at once
 *
 * Calls that change nothing (a folder that is there already, a file to be removed that is not) do not count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum mode { NONE, BEFORE, HALF, AFTER, FULL, REFUSED };

static struct {
    char root[PATH_MAX];
    size_t root_length;
    int log;
    enum mode mode;
    char target[PATH_MAX + 32];
    long number;
    long seen;
    /* The next call like it fails. */
    int refuses;
    int is_on;
} faults = {.log = -1};

static pthread_mutex_t faults_mutex = PTHREAD_MUTEX_INITIALIZER;

/* The function of the C library that stands behind ours. */
#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

static int is_host(void) {
    char program[PATH_MAX], arguments[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return 0;
    program[length] = 0;
    const char *name = strrchr(program, '/');
    if (!name || strcmp(name, "/fastdistill") != 0) return 0;
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    length = read(file, arguments, sizeof arguments - 1);
    close(file);
    if (length <= 0) return 0;
    arguments[length] = 0;
    /* `fastdistill __worker` and its like. */
    size_t first = strlen(arguments) + 1;
    return (ssize_t)first >= length || strncmp(arguments + first, "__", 2) != 0;
}

__attribute__((constructor)) static void faults_start(void) {
    const char *root = getenv("FAULT_ROOT"), *log = getenv("FAULT_LOG"), *at = getenv("FAULT_AT");
    if (!root || !is_host()) return;
    snprintf(faults.root, sizeof faults.root, "%s/", root);
    faults.root_length = strlen(faults.root);
    if (log) faults.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (at) {
        char mode[8] = "", kind[16] = "", path[PATH_MAX] = "";
        if (sscanf(at, "%7s %15s %4095s %ld", mode, kind, path, &faults.number) != 4) abort();
        snprintf(faults.target, sizeof faults.target, "%s %s", kind, path);
        faults.mode = strcmp(mode, "before") == 0 ? BEFORE : strcmp(mode, "half") == 0 ? HALF
                    : strcmp(mode, "full") == 0 ? FULL : AFTER;
    }
    faults.is_on = 1;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Notes a call, and whether it is the one. */
static enum mode note(const char *kind, const char *path) {
    if (strncmp(path, faults.root, faults.root_length) != 0) return NONE;
    char line[PATH_MAX + 32];
    int length = snprintf(line, sizeof line - 1, "%s %s", kind, path + faults.root_length);
    enum mode mode = NONE;
    pthread_mutex_lock(&faults_mutex);
    if (strcmp(line, faults.target) == 0) {
        if (faults.refuses) mode = REFUSED;
        faults.refuses = 0;
        if (++faults.seen == faults.number) mode = faults.mode;
        if (mode == FULL && strstr(kind, "write")) faults.refuses = 1;
    }
    if (faults.log >= 0) {
        line[length] = '\n';
        if (REAL(write)(faults.log, line, (size_t)length + 1) != length + 1) abort();
    }
    pthread_mutex_unlock(&faults_mutex);
    if (mode == BEFORE) die();
    return mode;
}

static enum mode note_descriptor(const char *kind, int descriptor) {
    if (!faults.is_on || descriptor == faults.log) return NONE;
    struct stat status;
    char link[64], path[PATH_MAX];
    enum mode mode = NONE;
    if (fstat(descriptor, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(link, path, sizeof path - 1);
        if (length > 0) {
            path[length] = 0;
            mode = note(kind, path);
        }
    }
    return mode;
}

static int exists(const char *name) { return faults.is_on && access(name, F_OK) == 0; }

/* For calls that name a file. */
static enum mode note_path(const char *kind, const char *name, int changes_something) {
    if (!faults.is_on || !changes_something) return NONE;
    char path[2 * PATH_MAX] = "";
    if (name[0] != '/' && getcwd(path, PATH_MAX)) strcat(path, "/");
    strncat(path, name, PATH_MAX - 1);
    return note(kind, path);
}

static void die_after(enum mode mode) {
    if (mode == HALF || mode == AFTER) die();
}

static int refuse(void) {
    errno = ENOSPC;
    return -1;
}

static size_t part(size_t count, enum mode mode) { return mode == HALF || mode == FULL ? count / 2 : count; }

ssize_t write(int descriptor, const void *bytes, size_t count) {
    enum mode mode = note_descriptor("write", descriptor);
    if (mode == REFUSED) return refuse();
    ssize_t result = REAL(write)(descriptor, bytes, part(count, mode));
    die_after(mode);
    return result;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    enum mode mode = note_descriptor("pwrite", descriptor);
    if (mode == REFUSED) return refuse();
    ssize_t result = REAL(pwrite)(descriptor, bytes, part(count, mode), offset);
    die_after(mode);
    return result;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    enum mode mode = note_descriptor("pwrite", descriptor);
    if (mode == REFUSED) return refuse();
    ssize_t result = REAL(pwrite64)(descriptor, bytes, part(count, mode), offset);
    die_after(mode);
    return result;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    enum mode mode = note_descriptor("writev", descriptor);
    if (mode == REFUSED) return refuse();
    ssize_t result = REAL(writev)(descriptor, parts, (int)part((size_t)count, mode));
    die_after(mode);
    return result;
}

/* Calls of one descriptor or name, all alike. */
#define FORWARD(result_type, name, parameters, arguments, noted)                                                       \
    result_type name parameters {                                                                                      \
        enum mode mode = noted;                                                                                        \
        if (mode == FULL) return refuse();                                                                             \
        result_type result = REAL(name) arguments;                                                                     \
        die_after(mode);                                                                                               \
        return result;                                                                                                 \
    }

FORWARD(int, fsync, (int descriptor), (descriptor), note_descriptor("fsync", descriptor))
FORWARD(int, fdatasync, (int descriptor), (descriptor), note_descriptor("fdatasync", descriptor))
FORWARD(int, ftruncate, (int descriptor, off_t length), (descriptor, length), note_descriptor("ftruncate", descriptor))
FORWARD(int, ftruncate64, (int descriptor, off64_t length), (descriptor, length),
        note_descriptor("ftruncate", descriptor))
FORWARD(int, fallocate, (int descriptor, int how, off_t offset, off_t length), (descriptor, how, offset, length),
        note_descriptor("fallocate", descriptor))
FORWARD(int, rename, (const char *from, const char *to), (from, to), note_path("rename", to, exists(from)))
FORWARD(int, link, (const char *from, const char *to), (from, to), note_path("link", to, !exists(to)))
FORWARD(int, unlink, (const char *name), (name), note_path("unlink", name, exists(name)))
FORWARD(int, rmdir, (const char *name), (name), note_path("rmdir", name, exists(name)))
FORWARD(int, mkdir, (const char *name, mode_t rights), (name, rights), note_path("mkdir", name, !exists(name)))
