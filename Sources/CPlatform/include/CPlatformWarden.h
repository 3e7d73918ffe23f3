/* The process between a host and a worker, which leaves nothing of the worker behind.
 *
 *   host ── warden ── worker ── whatever the step starts
 *
 * The warden is the kernel's foster parent (PR_SET_CHILD_SUBREAPER) of everything below it, so that no child of a step
 * can get away by a double fork or a session of its own. When the worker ends, when the host says so, or when the host is
 * gone, it ends all that is left, removes the worker's temporary folder, and ends as the worker did: with its exit status
 * or by its signal. */
#ifndef FASTDISTILL_CPLATFORM_WARDEN_H
#define FASTDISTILL_CPLATFORM_WARDEN_H

#include <stdint.h>
#include <sys/types.h>

/* The exit status of a worker that has lost its connection, descriptor 3, while the host was still there. */
enum { fdplatform_cut_off = 113 };

/* The signal at which a warden ends its worker and all the rest. */
int fdplatform_end_signal(void);

/* Splits the process in two: this one becomes the warden and never returns, the call returns in the new one, the worker.
 *
 * The worker dies with the warden, and the warden ends with the thread that started it. The worker leads a process group
 * of its own, leaves no core dumps, has a stack of 8 MiB, ignores SIGTERM, SIGINT and SIGHUP, and has TMPDIR set to a
 * folder of its own below what TMPDIR was (else /tmp), and HOME too where it was not set. To be called before the
 * process has a second thread. */
void fdplatform_guard(void);

/* Splits the process in two, as fdplatform_guard does, for a program that is not a worker: this one becomes the keeper and
 * never returns, the call returns in the new one, which leads a process group of its own and may execute the program.
 *
 * The keeper passes SIGINT, SIGTERM and SIGCONT on to that group. When the program ends, at fdplatform_end_signal(), or
 * when the thread of `host` that started it is gone, it ends all that is left, and itself as the program did. */
void fdplatform_keep(pid_t host);

/* Lets this process have at most `bytes` more private memory than now (RLIMIT_DATA), and its children as well. When it
 * then dies and memory was probably why - the last system call of the thread that dies was refused for want of memory,
 * or no more than a sixteenth of `bytes` is left - *refused is set to 1 before. Signals that the process handles already
 * are left alone. */
void fdplatform_limit_memory(uint64_t bytes, uint64_t *refused);

/* Removes a folder with all that is in it; follows no link. What cannot be removed stays. */
void fdplatform_remove_folder(const char *path);

#endif
