#include "CParquetABI.h"
extern "C" const fdparquet_functions *fdparquet_library(void) { return nullptr; }
