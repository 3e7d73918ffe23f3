#define _GNU_SOURCE
#include "CPlatform.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

int fdplatform_connect(const char *address, uint16_t port) {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } name = {0};
    socklen_t length;
    if (inet_pton(AF_INET, address, &name.four.sin_addr) == 1) {
        name.four.sin_family = AF_INET;
        name.four.sin_port = htons(port);
        length = sizeof name.four;
    } else if (inet_pton(AF_INET6, address, &name.six.sin6_addr) == 1) {
        name.six.sin6_family = AF_INET6;
        name.six.sin6_port = htons(port);
        length = sizeof name.six;
    } else {
        errno = EINVAL;
        return -1;
    }
    int opened = socket(name.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (opened < 0) return -1;
    int on = 1, seconds = 60;
    setsockopt(opened, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(opened, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(opened, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    setsockopt(opened, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
    if (!connect(opened, &name.any, length) || errno == EINPROGRESS) return opened;
    int reason = errno;
    close(opened);
    errno = reason;
    return -1;
}

int fdplatform_is_address(const char *text) {
    struct in6_addr parsed;
    return inet_pton(AF_INET, text, &parsed) == 1 || inet_pton(AF_INET6, text, &parsed) == 1;
}

int fdplatform_is_quiet(int socket) {
    char byte;
    ssize_t count;
    do count = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    while (count < 0 && errno == EINTR);
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}
