/* The ABI is headers only; SwiftPM wants a translation unit. This one proves that they compile alone. */
#include "fastdistill/plugin.h"
