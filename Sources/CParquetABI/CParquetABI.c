#include "CParquetABI.h"
