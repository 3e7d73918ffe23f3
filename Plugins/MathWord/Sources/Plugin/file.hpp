// Files that options name.
#pragma once

#include <string>

namespace mathword {

/// The bytes of a file. Throws StepError with the option's pointer, saying what cannot be read.
std::string read_file(const std::string &path, const char *pointer, const char *what);

}  // namespace mathword
