#define _GNU_SOURCE
#include "CPlatformProcess.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Descriptors are first moved above this number, so that no dup2 in the child overwrites one that is still to come. */
enum { first_free_descriptor = 50, most_descriptors = 8 };

static int prepare(posix_spawnattr_t *attributes) {
    sigset_t signals;
    sigemptyset(&signals);
    int failed = posix_spawnattr_setsigmask(attributes, &signals);
    sigfillset(&signals);
    if (!failed) failed = posix_spawnattr_setsigdefault(attributes, &signals);
    if (!failed) failed = posix_spawnattr_setpgroup(attributes, 0);
    if (!failed)
        failed = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    return failed;
}

int fdplatform_spawn(pid_t *pid, const char *path, char *const arguments[], char *const environment[],
                     const int *descriptors, int count) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int moved[most_descriptors];
    if (count < 0 || count > most_descriptors) return EINVAL;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed) return failed;
    failed = posix_spawnattr_init(&attributes);
    if (failed) {
        posix_spawn_file_actions_destroy(&actions);
        return failed;
    }
    failed = prepare(&attributes);
    int used = 0;
    for (; !failed && used < count; used++) {
        moved[used] = descriptors[used] < 0 ? -1 : fcntl(descriptors[used], F_DUPFD_CLOEXEC, first_free_descriptor);
        if (descriptors[used] < 0) {
            failed = posix_spawn_file_actions_addopen(&actions, used, "/dev/null", O_RDWR, 0);
        } else if (moved[used] < 0) {
            failed = errno;
        } else {
            failed = posix_spawn_file_actions_adddup2(&actions, moved[used], used);
        }
    }
    if (!failed) failed = posix_spawn_file_actions_addclosefrom_np(&actions, count);
    if (!failed) failed = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    while (used-- > 0)
        if (moved[used] >= 0) close(moved[used]);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

int fdplatform_wait(pid_t child, int64_t milliseconds, int *status) {
    const int64_t longest_pause = 10000000;
    int64_t left = milliseconds * 1000000;
    for (int64_t pause = 100000;; pause = pause < longest_pause ? 2 * pause : longest_pause) {
        pid_t ended = waitpid(child, status, WNOHANG);
        if (ended == child) return 1;
        if (left <= 0) return 0;
        struct timespec time = {0, pause};
        nanosleep(&time, NULL);
        left -= pause;
    }
}

void fdplatform_no_core_dumps(void) {
    /* One byte, not none: that also keeps a core_pattern that is a pipe from being served (core(5)). */
    struct rlimit limit = {1, 1};
    setrlimit(RLIMIT_CORE, &limit);
}

int fdplatform_sealed_memory(const char *name, size_t bytes) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -1;
    if (ftruncate(descriptor, (off_t)bytes) == 0 &&
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return descriptor;
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

void fdplatform_punch_hole(int descriptor, off_t start, off_t bytes) {
    /* Only memory is at stake: without the call it is given back with the file. */
    int failed = fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, start, bytes);
    (void)failed;
}

int fdplatform_socket_pair(int pair[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair); }

int fdplatform_pipe(int pair[2]) {
    if (pipe2(pair, O_CLOEXEC) != 0) return -1;
    if (fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int reason = errno;
    close(pair[0]);
    close(pair[1]);
    errno = reason;
    return -1;
}

void *fdplatform_load(const char *path) {
    dlerror();
    return dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

int fdplatform_needs(void *library, const char *prefix) {
    struct link_map *map = NULL;
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0 || map == NULL) return 0;
    const char *names = NULL;
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_STRTAB) names = (const char *)entry->d_un.d_ptr;
    if (names == NULL) return 0;
    for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_NEEDED && strncmp(names + entry->d_un.d_val, prefix, strlen(prefix)) == 0) return 1;
    return 0;
}

void fdplatform_die_with(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) _exit(1);
}
