// The interface "fastdistill.map/1" over the steps of this plugin.
#pragma once

#include "fastdistill/map.h"

namespace mathword {

extern const fastdistill_map_v1 map_interface;

}  // namespace mathword
