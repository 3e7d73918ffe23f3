/* TCP connections to numeric addresses. */
#ifndef FASTDISTILL_CPLATFORM_SOCKET_H
#define FASTDISTILL_CPLATFORM_SOCKET_H

#include <stdint.h>

/* Whether a text is an IPv4 address of four numbers or an IPv6 address without a zone. */
int fdplatform_is_address(const char *text);

/* Begins to connect to such an address. The socket does not block and is not handed on to child processes; small requests
 * leave it at once, and a minute of silence is bridged, so that what lies between does not forget it. Whether it is
 * connected shows when something is sent. Returns the descriptor, or -1 with errno. */
int fdplatform_connect(const char *address, uint16_t port);

/* Whether a connection is open and nothing has come. */
int fdplatform_is_quiet(int socket);

#endif
