#include "Shim.h"

extern "C" __attribute__((visibility("default"))) const fdparquet_functions *fdparquet_library(void) {
    static const fdparquet_functions functions = {
        fastdistill::writer_open,  fastdistill::writer_append, fastdistill::writer_close, fastdistill::writer_abandon,
        fastdistill::reader_open, fastdistill::reader_next,   fastdistill::reader_close,
    };
    return &functions;
}
