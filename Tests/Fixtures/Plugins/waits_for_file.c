/* At the text "wait" makes the file "started" in its working directory, and goes on when there is a file "go". */
#include <fcntl.h>
#define REPORTS_PROGRESS
#define ON_ROW                                                                                                         \
    if (length == 4 && memcmp(text, "wait", 4) == 0 && access("go", F_OK) != 0) {                                      \
        close(open("started", O_CREAT | O_WRONLY, 0600));                                                              \
        while (access("go", F_OK) != 0) usleep(1000);                                                                  \
    }
#include "fixture.h"
