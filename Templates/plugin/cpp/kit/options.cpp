// Options out of JSON: an object whose values are plain. The host has checked them against spec.json.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "kit/kit.hpp"

namespace kit {

namespace {

class Reader {
public:
    explicit Reader(std::string_view json) : text(json) {}

    std::map<std::string, Option> object() {
        std::map<std::string, Option> members;
        expect('{');
        if (next() == '}') return members;
        while (true) {
            std::string name = string();
            expect(':');
            members[name] = value(name);
            if (next() == '}') return members;
            expect(',');
        }
    }

private:
    [[noreturn]] static void fail(const std::string &where, const std::string &message) {
        throw Failure{FASTDISTILL_INVALID_CONFIG, where, message};
    }

    /// The next byte that is no white space; NUL at the end.
    char next() {
        while (at < text.size() && std::strchr(" \t\n\r", text[at])) at++;
        return at < text.size() ? text[at] : '\0';
    }

    void expect(char byte) {
        if (next() != byte) fail("", "The options are no JSON object.");
        at++;
    }

    Option value(const std::string &name) {
        if (next() == '"') return string();
        const std::size_t end = std::min(text.find_first_of(",} \t\n\r", at), text.size());
        const std::string word(text.substr(at, end - at));
        at = end;
        if (word == "true" || word == "false") return word == "true";
        if (!word.empty() && (word[0] == '-' || (word[0] >= '0' && word[0] <= '9'))) {
            char *stop = nullptr;
            if (word.find_first_of(".eE") == std::string::npos) {
                const std::int64_t whole = std::strtoll(word.c_str(), &stop, 10);
                if (*stop == '\0') return whole;
            } else {
                const double number = std::strtod(word.c_str(), &stop);
                if (*stop == '\0') return number;
            }
        }
        fail("/" + name, "Option `" + name + "` must be a text, a number, true or false.");
    }

    std::string string() {
        expect('"');
        std::string result;
        for (; at < text.size(); at++) {
            const char byte = text[at];
            if (byte == '"') {
                at++;
                return result;
            }
            if (byte != '\\') {
                result += byte;
                continue;
            }
            at++;
            switch (at < text.size() ? text[at] : '\0') {
                case 'b': result += '\b'; break;
                case 'f': result += '\f'; break;
                case 'n': result += '\n'; break;
                case 'r': result += '\r'; break;
                case 't': result += '\t'; break;
                case 'u': append_scalar(result); break;
                case '\0': break;
                default: result += text[at];
            }
        }
        fail("", "The options are no JSON object.");
    }

    /// The scalar of `uXXXX` at the position, or of two halves `uXXXX\uXXXX`; leaves the position at its last digit.
    void append_scalar(std::string &result) {
        std::uint32_t scalar = hex();
        if (scalar >> 10 == 0x36 && text.substr(at + 1, 2) == "\\u") {
            at += 2;
            scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (hex() & 0x3FF);
        }
        auto add = [&](std::uint32_t byte) { result += static_cast<char>(byte); };
        if (scalar < 0x80) {
            add(scalar);
        } else if (scalar < 0x800) {
            add(0xC0 | scalar >> 6);
            add(0x80 | (scalar & 0x3F));
        } else if (scalar < 0x10000) {
            add(0xE0 | scalar >> 12);
            add(0x80 | (scalar >> 6 & 0x3F));
            add(0x80 | (scalar & 0x3F));
        } else {
            add(0xF0 | scalar >> 18);
            add(0x80 | (scalar >> 12 & 0x3F));
            add(0x80 | (scalar >> 6 & 0x3F));
            add(0x80 | (scalar & 0x3F));
        }
    }

    std::uint32_t hex() {
        const std::string digits(text.substr(std::min(at + 1, text.size()), 4));
        at += 4;
        return static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16));
    }

    std::string_view text;
    std::size_t at = 0;
};

}  // namespace

std::map<std::string, Option> read_options(std::string_view json) { return Reader(json).object(); }

Failure Setup::outside(const std::string &name, double minimum, double maximum) {
    char limits[64];
    std::snprintf(limits, sizeof limits, "%.15g to %.15g", minimum, maximum);
    return {FASTDISTILL_INVALID_CONFIG, "/" + name, "Option `" + name + "` must be " + limits + "."};
}

}  // namespace kit
