/* Starting, watching and leaving worker processes. */
#ifndef FASTDISTILL_CPLATFORM_PROCESS_H
#define FASTDISTILL_CPLATFORM_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Starts `path` in a process group of its own, with default signal handling and an empty signal mask. Its descriptor i
 * is a duplicate of descriptors[i], or of /dev/null where that is -1; all others are closed. Returns 0, or the error
 * number. */
int fdplatform_spawn(pid_t *pid, const char *path, char *const arguments[], char *const environment[],
                     const int *descriptors, int count);

/* Waits for the end of a child, but not for ever. Returns 1 with its status, or 0 when it lives on. */
int fdplatform_wait(pid_t child, int64_t milliseconds, int *status);

/* Stops this process from leaving core dumps. */
void fdplatform_no_core_dumps(void);

/* A memory file of fixed size that nobody can shrink or grow, closed on exec. Returns a descriptor or -1 with errno. */
int fdplatform_sealed_memory(const char *name, size_t bytes);

/* Gives the pages of a range of a memory file back; it then reads as zeros. */
void fdplatform_punch_hole(int descriptor, off_t start, off_t bytes);

/* A connected pair of stream sockets, closed on exec. Returns 0 or -1 with errno. */
int fdplatform_socket_pair(int pair[2]);

/* A pipe, closed on exec, whose reading end does not block. Returns 0 or -1 with errno. */
int fdplatform_pipe(int pair[2]);

/* Starts the error text of the dynamic loader anew, then dlopen(RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE). */
void *fdplatform_load(const char *path);

/* Whether a loaded library names another one whose file name begins with `prefix` among those it needs: 1 or 0. */
int fdplatform_needs(void *library, const char *prefix);

/* Words in memory that another process sees. */
static inline void fdplatform_store(uint64_t *word, uint64_t value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }
static inline uint64_t fdplatform_read(const uint64_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }

/* Lets this process die with its parent, which has to be `parent`; ends at once if that is gone already. It stays so across
 * exec. The kernel means the thread that has started this process (prctl(2), PR_SET_PDEATHSIG). */
void fdplatform_die_with(pid_t parent);

#endif
