#include "Plugin/file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "Plugin/error.hpp"

namespace mathword {

std::string read_file(const std::string &path, const char *pointer, const char *what) {
    const auto fail = [&] {
        return StepError{
            FASTDISTILL_RESOURCE_FAILED, pointer,
            "The " + std::string(what) + " cannot be read: " + std::strerror(errno) + "."};
    };
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(path.c_str(), "re"), std::fclose);
    if (!file) throw fail();
    std::string text;
    char buffer[1 << 16];
    while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get())) text.append(buffer, count);
    if (std::ferror(file.get())) throw fail();
    return text;
}

}  // namespace mathword
