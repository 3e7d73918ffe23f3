// The work of the boundary benchmark on JSON lines: reads objects from standard input, adds to each a copy c0, c1, … of its
// texts t0, t1, …, and writes it to standard output. What a careful author would write: simdjson, one buffer each way.
//
//     {"t0":"…"}  ->  {"t0":"…","c0":"…"}
#include <simdjson.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

void append_quoted(std::string &out, std::string_view text) {
    out += '"';
    size_t start = 0;
    for (size_t i = 0; i < text.size(); i++) {
        unsigned char byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out.append(text.substr(start, i - start));
        start = i + 1;
        char escaped[8];
        if (byte >= 0x20) {
            std::snprintf(escaped, sizeof escaped, "\\%c", byte);
        } else {
            std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
        }
        out += escaped;
    }
    out.append(text.substr(start));
    out += '"';
}

void write_all(const std::string &text) {
    size_t written = 0;
    while (written < text.size()) {
        ssize_t count = write(STDOUT_FILENO, text.data() + written, text.size() - written);
        if (count < 0) std::exit(1);
        written += static_cast<size_t>(count);
    }
}

class Child {
public:
    explicit Child(int columns) {
        for (int i = 0; i < columns; i++) {
            names_.push_back("t" + std::to_string(i));
            keys_.push_back(",\"c" + std::to_string(i) + "\":");
        }
    }

    int run() {
        std::string input;
        size_t start = 0;
        while (true) {
            size_t room = 1 << 16;
            size_t used = input.size();
            input.resize(used + room);
            ssize_t count = read(STDIN_FILENO, input.data() + used, room);
            if (count <= 0) return count < 0;
            input.resize(used + static_cast<size_t>(count));
            size_t end;
            while ((end = input.find('\n', start)) != std::string::npos) {
                if (!answer(std::string_view(input).substr(start, end - start))) return 1;
                start = end + 1;
            }
            write_all(output_);
            output_.clear();
            input.erase(0, start);
            start = 0;
        }
    }

private:
    bool answer(std::string_view line) {
        simdjson::dom::element row;
        if (parser_.parse(line.data(), line.size()).get(row)) return false;
        output_.append(line.substr(0, line.size() - 1));
        for (size_t i = 0; i < names_.size(); i++) {
            std::string_view text;
            if (row[std::string_view(names_[i])].get(text)) return false;
            output_ += keys_[i];
            append_quoted(output_, text);
        }
        output_ += "}\n";
        return true;
    }

    std::vector<std::string> names_, keys_;
    simdjson::dom::parser parser_;
    std::string output_;
};

}  // namespace

int main(int count, char **arguments) { return count == 2 ? Child(std::atoi(arguments[1])).run() : 2; }
