/* Looking at what a plugin does to the process that it runs in. */
#ifndef FASTDISTILL_CPLATFORM_PROBE_H
#define FASTDISTILL_CPLATFORM_PROBE_H

#include <stddef.h>
#include <stdint.h>

/* Ends this process with SIGSYS once it asks the kernel for a socket, for good. Returns 0, or -1 where the kernel or a
 * sandbox around it does not let that be set. */
int fdplatform_trap_sockets(void);

/* Gives unused memory of the heap back and returns the bytes that are in use, in all arenas and mappings of malloc. */
size_t fdplatform_heap_in_use(void);

/* The handler of a signal as a number; 0 is the default. */
uintptr_t fdplatform_signal_handler(int number);

/* The loaded address sanitizer keeps freed memory, so memory in use says nothing: 1 if there is one, else 0. */
int fdplatform_has_address_sanitizer(void);

#endif
