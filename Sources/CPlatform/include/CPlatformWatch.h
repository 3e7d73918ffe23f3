/* Waiting for many sockets at once, at a cost that does not grow with their number (epoll(7)). */
#ifndef FASTDISTILL_CPLATFORM_WATCH_H
#define FASTDISTILL_CPLATFORM_WATCH_H

#define FDPLATFORM_READS 1
#define FDPLATFORM_WRITES 2
#define FDPLATFORM_FAILS 4

/* A descriptor that something has happened to, and what: a sum of the above. */
typedef struct {
    int descriptor, what;
} fdplatform_ready;

/* An empty set. Returns its descriptor, or -1 with errno. */
int fdplatform_watch_open(void);

/* Watches a descriptor for reading, writing, both or, with 0, no more. Returns 0, or -1 with errno. */
int fdplatform_watch_set(int watch, int descriptor, int what);

/* Waits at most so long, for ever when negative. Returns how many of `ready` were filled; 0 also when a signal came. */
int fdplatform_watch_wait(int watch, fdplatform_ready *ready, int room, int milliseconds);

/* A descriptor that becomes readable when it is rung, from any thread (eventfd(2)). Returns it, or -1 with errno. */
int fdplatform_bell_open(void);
void fdplatform_bell_ring(int bell);
/* Makes it unreadable until it is rung again. */
void fdplatform_bell_silence(int bell);

#endif
