#define _GNU_SOURCE
#include "CPlatformWarden.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "CPlatformProcess.h"

enum { connection = 3, stack_bytes = 8 << 20, longest_hunt_seconds = 5 };

int fdplatform_end_signal(void) { return SIGRTMIN + 3; }

/* Makes the worker's folder, or ends the process with a sentence. */
static void make_folder(char path[PATH_MAX]) {
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] == 0) base = "/tmp";
    int length = snprintf(path, PATH_MAX, "%s/fastdistill-worker-XXXXXX", base);
    if (length < PATH_MAX && mkdtemp(path) != NULL) return;
    fprintf(stderr, "no temporary folder can be made in %s: %s\n", base,
            strerror(length < PATH_MAX ? errno : ENAMETOOLONG));
    _exit(1);
}

/* What the worker is before anything of a plugin runs in it. */
static void become_worker(pid_t warden, const sigset_t *mask, const char *folder) {
    fdplatform_die_with(warden);
    prctl(PR_SET_NAME, "fd-worker", 0, 0, 0);
    /* A group of its own, so that the warden can end the whole group and not itself. */
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, mask, NULL);
    /* The same on every machine, so that a deep recursion ends at the same place. */
    struct rlimit stack;
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && (stack.rlim_max == RLIM_INFINITY || stack.rlim_max > stack_bytes)) {
        stack.rlim_cur = stack_bytes;
        setrlimit(RLIMIT_STACK, &stack);
    }
    setenv("TMPDIR", folder, 1);
    setenv("HOME", folder, 0);
}

/* Whether the worker has ended. It is left to be waited for: as long as it is, its process group has its number. Other
 * children that have ended are taken off the kernel's hands. */
static int has_ended(pid_t worker) {
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return 0;
        if (info.si_pid == worker) return 1;
        waitpid(info.si_pid, NULL, 0);
    }
}

/* Waits until the worker ends or has to. Returns 1 when its connection was closed. */
static int watch(pid_t worker, int signals) {
    struct pollfd polled[2] = {{.fd = signals, .events = POLLIN}, {.fd = connection}};
    while (!has_ended(worker)) {
        if (poll(polled, 2, -1) < 0) continue;
        /* Asked first: a host that sees its connection closed says that this is the end. */
        if (polled[1].revents & POLLHUP) return 1;
        struct signalfd_siginfo info;
        if (polled[0].revents && read(signals, &info, sizeof info) == sizeof info &&
            (int)info.ssi_signo == fdplatform_end_signal())
            return 0;
        /* Started by hand: there is no host at the other end. */
        if (polled[1].revents) polled[1].fd = -1;
    }
    return 0;
}

static pid_t parent_of(const char *process) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", process);
    FILE *file = fopen(path, "re");
    if (file == NULL) return -1;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    /* The name in parentheses may hold anything; state and parent follow its end (proc_pid_stat(5)). */
    const char *end = strrchr(text, ')');
    int parent = -1;
    return end != NULL && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : -1;
}

static void kill_children(void) {
    DIR *processes = opendir("/proc");
    if (processes == NULL) return;
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        char *end;
        long process = strtol(entry->d_name, &end, 10);
        /* A child is this process's to wait for, so its number is not another's before that. */
        if (*end == 0 && process > 1 && parent_of(entry->d_name) == getpid()) kill((pid_t)process, SIGKILL);
    }
    closedir(processes);
}

/* Ends all that the worker has left behind. Orphans become children of this process, generation by generation. */
static void end_orphans(const sigset_t *child_signal) {
    struct timespec start, now, pause = {0, 2000000};
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        pid_t ended;
        while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) {
        }
        if (ended < 0 && errno == ECHILD) return;
        kill_children();
        sigtimedwait(child_signal, NULL, &pause);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec - start.tv_sec < longest_hunt_seconds);
}

/* Ends the child, its group, and all that it has left behind. Returns the status of the child. */
static int end_all(pid_t child, const sigset_t *child_signal) {
    int status = 0;
    kill(-child, SIGKILL);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    end_orphans(child_signal);
    return status;
}

static _Noreturn void end_as(int status) {
    if (WIFSIGNALED(status)) {
        sigset_t own;
        sigemptyset(&own);
        sigaddset(&own, WTERMSIG(status));
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
        sigprocmask(SIG_UNBLOCK, &own, NULL);
    }
    _exit(WEXITSTATUS(status));
}

void fdplatform_guard(void) {
    sigset_t own, before, child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    own = child_signal;
    sigaddset(&own, fdplatform_end_signal());
    sigprocmask(SIG_BLOCK, &own, &before);
    int signals = signalfd(-1, &own, SFD_CLOEXEC | SFD_NONBLOCK);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, fdplatform_end_signal(), 0, 0, 0);
    fdplatform_no_core_dumps();
    /* Whoever stops all processes of a service at once means the host, which ends its workers itself; a worker that ended
     * on its own would leave its row to blame. */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    char folder[PATH_MAX];
    make_folder(folder);
    pid_t warden = getpid();
    pid_t worker = fork();
    if (worker == 0) {
        close(signals);
        become_worker(warden, &before, folder);
        return;
    }
    int status = W_EXITCODE(1, 0);
    if (worker > 0) {
        prctl(PR_SET_NAME, "fd-warden", 0, 0, 0);
        int was_cut_off = watch(worker, signals);
        status = end_all(worker, &child_signal);
        if (was_cut_off) status = W_EXITCODE(fdplatform_cut_off, 0);
    } else {
        fprintf(stderr, "no process can be made: %s\n", strerror(errno));
    }
    fdplatform_remove_folder(folder);
    end_as(status);
}

/* Passes on what the host asks for until the child ends or has to. */
static void pass_on(pid_t child, int signals) {
    struct pollfd polled = {.fd = signals, .events = POLLIN};
    while (!has_ended(child)) {
        struct signalfd_siginfo info;
        if (poll(&polled, 1, -1) < 0 || read(signals, &info, sizeof info) != sizeof info) continue;
        if ((int)info.ssi_signo == fdplatform_end_signal()) return;
        if (info.ssi_signo != SIGCHLD) kill(-child, (int)info.ssi_signo);
    }
}

void fdplatform_keep(pid_t host) {
    const int heard[] = {SIGINT, SIGTERM, SIGCONT, fdplatform_end_signal()};
    sigset_t own, before, child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    own = child_signal;
    for (size_t index = 0; index < sizeof heard / sizeof *heard; index++) sigaddset(&own, heard[index]);
    sigprocmask(SIG_BLOCK, &own, &before);
    int signals = signalfd(-1, &own, SFD_CLOEXEC | SFD_NONBLOCK);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, fdplatform_end_signal(), 0, 0, 0);
    if (getppid() != host) _exit(1);
    pid_t keeper = getpid();
    pid_t child = fork();
    if (child == 0) {
        close(signals);
        fdplatform_die_with(keeper);
        setpgid(0, 0);
        sigprocmask(SIG_SETMASK, &before, NULL);
        return;
    }
    int status = W_EXITCODE(1, 0);
    if (child > 0) {
        prctl(PR_SET_NAME, "fd-keeper", 0, 0, 0);
        /* Whoever comes first: a signal may be passed on before the child has done it. */
        setpgid(child, child);
        pass_on(child, signals);
        status = end_all(child, &child_signal);
    } else {
        fprintf(stderr, "no process can be made: %s\n", strerror(errno));
    }
    fdplatform_no_core_dumps();
    end_as(status);
}
