/* Asks for a socket, and gives it back at once. */
#include <sys/socket.h>
#define ON_RUN close(socket(AF_INET, SOCK_STREAM, 0));
#include "fixture.h"
