#define _GNU_SOURCE
#include "CParquetABI.h"

#include <dlfcn.h>

const char *fdparquet_host_image(void) {
    Dl_info information;
    return dladdr((const void *)(uintptr_t)&fdparquet_host_image, &information) ? information.dli_fname : NULL;
}
