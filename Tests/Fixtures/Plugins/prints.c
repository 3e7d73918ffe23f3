/* Prints on standard output and standard error wherever it can. */
#define ON_CREATE                                                                                                      \
    printf("hello from create\n");                                                                                     \
    fflush(stdout);                                                                                                    \
    fprintf(stderr, "hello\n");
#define ON_ROW                                                                                                         \
    printf("{\"spec\": \"nonsense\"}\n");                                                                              \
    fflush(stdout);
#include "fixture.h"

__attribute__((constructor)) static void hello(void) {
    printf("hello from the loader\n");
    fflush(stdout);
}
