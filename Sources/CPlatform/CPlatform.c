#define _GNU_SOURCE
#include "CPlatform.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

int fdplatform_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int fdplatform_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int fdplatform_exited(int status, int *code) {
    if (WIFEXITED(status)) {
        *code = WEXITSTATUS(status);
        return 1;
    }
    *code = WTERMSIG(status);
    return 0;
}

void fdplatform_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
