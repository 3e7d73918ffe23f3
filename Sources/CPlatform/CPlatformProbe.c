#define _GNU_SOURCE
#include "CPlatformProbe.h"

#include <dlfcn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int fdplatform_trap_sockets(void) {
    /* Number of the call; socket(2) traps, all else passes (seccomp(2), bpf(4)). */
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof steps / sizeof *steps, steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 ? 0 : -1;
}

size_t fdplatform_heap_in_use(void) {
    malloc_trim(0);
    struct mallinfo2 facts = mallinfo2();
    return facts.uordblks + facts.hblkhd;
}

uintptr_t fdplatform_signal_handler(int number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    return sigaction(number, NULL, &action) == 0 ? (uintptr_t)action.sa_handler : 0;
}

int fdplatform_has_address_sanitizer(void) { return dlsym(RTLD_DEFAULT, "__asan_init") != NULL; }
