// {{name}}/count: how many words a text has.
#include "count.hpp"

namespace {

bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

}  // namespace

Count::Count(kit::Setup &setup)
    : text(setup.reads<std::string_view>("text")),
      words(setup.adds<std::int64_t>("words")),
      limit(setup.option<std::int64_t>("limit", 1, 10'000'000)) {}

void Count::run(kit::Row &row) const {
    const std::string_view bytes = row.get(text);
    if (static_cast<std::int64_t>(bytes.size()) > limit) {
        throw kit::Reject{"too_long", std::to_string(bytes.size()) + " bytes"};
    }
    std::int64_t count = 0;
    bool inside = false;
    for (const char byte : bytes) {
        const bool space = is_space(byte);
        if (!space && !inside) count++;
        inside = !space;
    }
    row.set(words, count);
}
