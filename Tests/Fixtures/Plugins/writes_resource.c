/* Writes into the file that it was given to read. */
#include <fcntl.h>
#define RICH
#define ON_RUN                                                                                                         \
    int file = open(config->texts[words_option], O_WRONLY | O_APPEND);                                                 \
    if (write(file, "x", 1) != 1) abort();                                                                             \
    close(file);
#include "fixture.h"
