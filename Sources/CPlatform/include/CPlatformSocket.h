/* TCP connections to numeric addresses, and what HTTP needs besides. */
#ifndef FASTDISTILL_CPLATFORM_SOCKET_H
#define FASTDISTILL_CPLATFORM_SOCKET_H

#include <stdint.h>

/* Whether a text is an IPv4 address of four numbers or an IPv6 address without a zone. */
int fdplatform_is_address(const char *text);

/* Begins to connect to such an address. The socket does not block and is not handed on to child processes; small requests
 * leave it at once. Whether it is connected shows when something is sent. Returns the descriptor, or -1 with errno. */
int fdplatform_connect(const char *address, uint16_t port);

/* Whether a connection is open and nothing has come. */
int fdplatform_is_quiet(int socket);

/* Seconds since 1970 of a date in any of the three formats of RFC 9110, section 5.6.7; 0 for anything else. */
int64_t fdplatform_http_date(const char *text);

#endif
