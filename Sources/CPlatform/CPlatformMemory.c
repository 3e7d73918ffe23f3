#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "CPlatformWarden.h"

enum { handler_stack_bytes = 64 << 10 };

static uint64_t *refusal;
static uint64_t limit_bytes;
static uint64_t margin_bytes;
static char handler_stack[handler_stack_bytes];

/* Private memory of this process by /proc/self/statm, the sixth number in pages; 0 where that cannot be read. Calls only
 * what a signal handler may. */
static uint64_t private_bytes(void) {
    char text[256];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text);
    close(file);
    uint64_t value = 0;
    int column = 0;
    for (ssize_t i = 0; i < length; i++) {
        if (text[i] == ' ' && column == 5) break;
        if (text[i] == ' ') {
            column++;
            value = 0;
        } else {
            value = value * 10 + (uint64_t)(text[i] - '0');
        }
    }
    return column == 5 ? value * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static void note_refusal(void) {
    if (errno == ENOMEM || private_bytes() + margin_bytes >= limit_bytes)
        __atomic_store_n(refusal, 1, __ATOMIC_RELEASE);
}

static void die(int number) {
    note_refusal();
    signal(number, SIG_DFL);
    raise(number);
}

void fdplatform_limit_memory(uint64_t bytes, uint64_t *refused) {
    refusal = refused;
    limit_bytes = private_bytes() + bytes;
    margin_bytes = bytes / 16;
    struct rlimit limit = {limit_bytes, limit_bytes};
    struct rlimit present;
    if (getrlimit(RLIMIT_DATA, &present) == 0 && present.rlim_max != RLIM_INFINITY && present.rlim_max < limit_bytes) {
        limit_bytes = present.rlim_max;
        limit = (struct rlimit){present.rlim_max, present.rlim_max};
    }
    setrlimit(RLIMIT_DATA, &limit);
    /* A stack of its own: the step's may be full. */
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    sigaltstack(&stack, NULL);
    const int deaths[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        struct sigaction present_action, action = {.sa_handler = die, .sa_flags = SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        /* A sanitizer's own handler says more. */
        if (sigaction(deaths[i], NULL, &present_action) == 0 && present_action.sa_handler == SIG_DFL)
            sigaction(deaths[i], &action, NULL);
    }
    atexit(note_refusal);
}
