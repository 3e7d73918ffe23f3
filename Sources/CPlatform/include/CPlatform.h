/* Linux calls that Swift's Glibc module does not import, as plain functions. */
#ifndef FASTDISTILL_CPLATFORM_H
#define FASTDISTILL_CPLATFORM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* memfd_create(2) with MFD_CLOEXEC. Returns a descriptor or -1 with errno. */
int fdplatform_memory_file(const char *name);

/* open(2) with a mode. Returns a descriptor or -1 with errno. */
int fdplatform_open(const char *path, int flags, mode_t mode);

/* waitpid status, taken apart: 1 with *code set when it exited, 0 with *code = the signal when a signal ended it. */
int fdplatform_exited(int status, int *code);

/* Lets the process and those it starts have as many descriptors open as the system permits: many systems begin with 1,024, for
 * programs that use select(2), and a thousand connections are more. */
void fdplatform_raise_open_files(void);

/* How many descriptors the process may have open. */
int64_t fdplatform_descriptor_limit(void);

/* Seconds since 1970 of a date in any of the three formats of RFC 9110, section 5.6.7; 0 for anything else. */
int64_t fdplatform_http_date(const char *text);

/* Names the calling thread for debuggers; at most 15 bytes count. */
void fdplatform_name_thread(const char *name);

#include "CPlatformProbe.h"
#include "CPlatformProcess.h"
#include "CPlatformSocket.h"
#include "CPlatformWarden.h"
#include "CPlatformWatch.h"

/* Keeps up to 4 MiB of freed memory for what comes next, and gives the rest back to the system. glibc's default thresholds
 * depend on what was freed before: then a batch may pay for page faults on all its buffers, which cost more than the rest of
 * its way through a step. Call before threads start. */
void fdplatform_steady_heap(void);

/* The same, and keeps the heap small when many threads pass buffers around: four arenas instead of eight a core, one for each
 * thread that has much to do (gateway, engine, storage, source). */
void fdplatform_bound_heap(void);

/* Gives back to the system what lies free anywhere in the heap, not only at its end, as freeing does; and the read-only pages of
 * the program and all its libraries. The dynamic linker has read all of their relocations and symbols, and a start much that
 * nothing needs again, together many megabytes; what is needed comes back from the page cache with a minor fault. Takes a few
 * milliseconds. */
void fdplatform_release_memory(void);

#endif
