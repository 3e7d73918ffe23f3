#define _GNU_SOURCE
#include "CPlatform.h"

#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

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

void fdplatform_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int64_t fdplatform_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > INT64_MAX) return INT64_MAX;
    return (int64_t)limit.rlim_cur;
}

int64_t fdplatform_http_date(const char *text) {
    static const char *const formats[] = {"%a, %d %b %Y %H:%M:%S", "%A, %d-%b-%y %H:%M:%S", "%a %b %e %H:%M:%S %Y"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct tm parts = {0};
        if (strptime(text, formats[i], &parts)) return timegm(&parts);
    }
    return 0;
}

void fdplatform_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

void fdplatform_steady_heap(void) {
    mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 4096 * 1024);
}

void fdplatform_bound_heap(void) {
    mallopt(M_ARENA_MAX, 4);
    /* Freed blocks join their neighbours at once. With a list of small ones that have not, each freed block that ends a large
     * free area has the whole list joined first, which is most blocks of a request. */
    mallopt(M_MXFAST, 0);
    fdplatform_steady_heap();
}

/* Whether relocation has written to pages that are read-only now: they are not as in the file. */
static int has_relocated_text(const struct dl_phdr_info *library) {
    for (int i = 0; i < library->dlpi_phnum; i++) {
        if (library->dlpi_phdr[i].p_type != PT_DYNAMIC) {
            continue;
        }
        const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(library->dlpi_addr + library->dlpi_phdr[i].p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0)) {
                return 1;
            }
        }
    }
    return 0;
}

static int release_pages(struct dl_phdr_info *library, size_t size, void *unused) {
    (void)size;
    (void)unused;
    if (has_relocated_text(library)) {
        return 0;
    }
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &library->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) {
            continue;
        }
        const uintptr_t page = 4096;
        uintptr_t start = (library->dlpi_addr + segment->p_vaddr + page - 1) / page * page;
        uintptr_t end = (library->dlpi_addr + segment->p_vaddr + segment->p_memsz) / page * page;
        if (start < end) {
            madvise((void *)start, end - start, MADV_DONTNEED);
        }
    }
    return 0;
}

void fdplatform_release_memory(void) {
    malloc_trim(0);
    dl_iterate_phdr(release_pages, NULL);
}
