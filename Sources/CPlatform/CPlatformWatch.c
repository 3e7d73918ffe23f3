#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MOST_AT_ONCE 256

int fdplatform_watch_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int fdplatform_watch_set(int watch, int descriptor, int what) {
    struct epoll_event event = {0};
    event.data.fd = descriptor;
    if (what & FDPLATFORM_READS) event.events |= EPOLLIN;
    if (what & FDPLATFORM_WRITES) event.events |= EPOLLOUT;
    /* A closed descriptor has left the set by itself. */
    if (!what) return epoll_ctl(watch, EPOLL_CTL_DEL, descriptor, &event) && errno != ENOENT && errno != EBADF ? -1 : 0;
    if (!epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event)) return 0;
    return errno == EEXIST ? epoll_ctl(watch, EPOLL_CTL_MOD, descriptor, &event) : -1;
}

int fdplatform_watch_wait(int watch, fdplatform_ready *ready, int room, int milliseconds) {
    struct epoll_event events[MOST_AT_ONCE];
    int count = epoll_wait(watch, events, room < MOST_AT_ONCE ? room : MOST_AT_ONCE, milliseconds);
    for (int i = 0; i < count; i++) {
        ready[i].descriptor = events[i].data.fd;
        ready[i].what = (events[i].events & (EPOLLIN | EPOLLHUP) ? FDPLATFORM_READS : 0) |
                        (events[i].events & EPOLLOUT ? FDPLATFORM_WRITES : 0) |
                        (events[i].events & EPOLLERR ? FDPLATFORM_FAILS : 0);
    }
    return count < 0 ? 0 : count;
}

int fdplatform_bell_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void fdplatform_bell_ring(int bell) {
    uint64_t one = 1;
    /* A bell that cannot be rung once more is ringing already. */
    while (write(bell, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void fdplatform_bell_silence(int bell) {
    uint64_t count;
    while (read(bell, &count, sizeof count) < 0 && errno == EINTR) {
    }
}
