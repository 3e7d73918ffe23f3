#include "Plugin/json.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "Plugin/utf8.hpp"

namespace mathword {

namespace {

constexpr int deepest_nesting = 64;

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Json document() {
        Json value = this->value();
        skip_space();
        if (position_ != text_.size()) fail("something follows the value");
        return value;
    }

private:
    [[noreturn]] void fail(std::string problem) const { throw JsonFault{position_, std::move(problem)}; }

    bool is_at(char byte) const { return position_ < text_.size() && text_[position_] == byte; }

    bool is_at_digit() const { return position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9'; }

    bool take(char byte) {
        if (!is_at(byte)) return false;
        position_++;
        return true;
    }

    void expect(char byte) {
        if (!take(byte)) fail(std::string("expected '") + byte + "'");
    }

    void skip_space() {
        while (is_at(' ') || is_at('\n') || is_at('\r') || is_at('\t')) position_++;
    }

    Json value() {
        skip_space();
        Json value;
        if (is_at('{') || is_at('[')) {
            if (++depth_ > deepest_nesting) fail("nested deeper than 64 levels");
            value = is_at('{') ? object() : list();
            depth_--;
        } else if (is_at('"')) {
            value.kind = Json::Kind::string;
            value.string = string();
        } else if (is_at('-') || is_at_digit()) {
            value = number();
        } else if (take_word("true")) {
            value.kind = Json::Kind::boolean;
            value.boolean = true;
        } else if (take_word("false")) {
            value.kind = Json::Kind::boolean;
        } else if (!take_word("null")) {
            fail("expected a value");
        }
        return value;
    }

    bool take_word(std::string_view word) {
        if (text_.substr(position_, word.size()) != word) return false;
        position_ += word.size();
        return true;
    }

    Json object() {
        Json value;
        value.kind = Json::Kind::object;
        position_++;
        skip_space();
        if (take('}')) return value;
        std::unordered_set<std::string> names;
        do {
            skip_space();
            if (!is_at('"')) fail("expected a member name");
            const std::size_t start = position_;
            std::string name = string();
            if (!names.insert(name).second) throw JsonFault{start, "the member `" + name + "` stands there twice"};
            skip_space();
            expect(':');
            Json member = this->value();
            value.object.emplace_back(std::move(name), std::move(member));
            skip_space();
        } while (take(','));
        expect('}');
        return value;
    }

    Json list() {
        Json value;
        value.kind = Json::Kind::list;
        position_++;
        skip_space();
        if (take(']')) return value;
        do {
            value.list.push_back(this->value());
            skip_space();
        } while (take(','));
        expect(']');
        return value;
    }

    Json number() {
        const std::size_t start = position_;
        bool is_integer = true;
        take('-');
        if (!take('0')) digits();
        if (take('.')) {
            is_integer = false;
            digits();
        }
        if (take('e') || take('E')) {
            is_integer = false;
            if (!take('+')) take('-');
            digits();
        }
        Json value;
        value.kind = Json::Kind::number;
        if (const auto integer = is_integer ? int64(text_.substr(start, position_ - start)) : std::nullopt) {
            value.kind = Json::Kind::integer;
            value.integer = *integer;
        }
        return value;
    }

    void digits() {
        if (!is_at_digit()) fail("expected a digit");
        while (is_at_digit()) position_++;
    }

    static std::optional<std::int64_t> int64(std::string_view text) {
        const bool is_negative = text.front() == '-';
        std::int64_t value = 0;
        for (char digit : text.substr(is_negative ? 1 : 0)) {
            // Counted downwards, where there is one number more.
            if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, digit - '0', &value)) {
                return std::nullopt;
            }
        }
        if (!is_negative && __builtin_sub_overflow(0, value, &value)) return std::nullopt;
        return value;
    }

    std::string string() {
        const std::size_t start = position_++;
        std::string text;
        while (position_ < text_.size()) {
            const char byte = text_[position_++];
            if (byte == '"') {
                if (!is_utf8(text)) throw JsonFault{start, "not UTF-8"};
                return text;
            }
            if (byte == '\\') {
                escape(text);
            } else if (static_cast<unsigned char>(byte) < 0x20) {
                fail("a control character stands in a string");
            } else {
                text += byte;
            }
        }
        fail("the string does not end");
    }

    void escape(std::string &text) {
        if (position_ == text_.size()) fail("the string does not end");
        const char byte = text_[position_++];
        switch (byte) {
            case '"':
            case '\\':
            case '/': text += byte; break;
            case 'b': text += '\b'; break;
            case 'f': text += '\f'; break;
            case 'n': text += '\n'; break;
            case 'r': text += '\r'; break;
            case 't': text += '\t'; break;
            case 'u': append_utf8(escaped_scalar(), text); break;
            default: fail("unknown escape");
        }
    }

    std::uint32_t escaped_scalar() {
        const std::uint32_t high = hexadecimal();
        if (high < 0xD800 || high > 0xDFFF) return high;
        if (high > 0xDBFF || !take('\\') || !take('u')) fail("a lone surrogate");
        const std::uint32_t low = hexadecimal();
        if (low < 0xDC00 || low > 0xDFFF) fail("a lone surrogate");
        return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }

    std::uint32_t hexadecimal() {
        std::uint32_t value = 0;
        for (int count = 0; count < 4; count++) {
            const char digit = position_ < text_.size() ? text_[position_] : '\0';
            if (digit >= '0' && digit <= '9') {
                value = value << 4 | static_cast<std::uint32_t>(digit - '0');
            } else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f') {
                value = value << 4 | static_cast<std::uint32_t>((digit | 0x20) - 'a' + 10);
            } else {
                fail("expected four hexadecimal digits");
            }
            position_++;
        }
        return value;
    }

    std::string_view text_;
    std::size_t position_ = 0;
    int depth_ = 0;
};

}  // namespace

const Json *Json::member(std::string_view name) const {
    const auto found = std::find_if(object.begin(), object.end(), [&](const auto &each) { return each.first == name; });
    return found == object.end() ? nullptr : &found->second;
}

const char *Json::kind_words() const {
    switch (kind) {
        case Kind::null: return "null";
        case Kind::boolean: return "a boolean";
        case Kind::integer: return "an integer";
        case Kind::number: return "a number";
        case Kind::string: return "a string";
        case Kind::list: return "a list";
        case Kind::object: break;
    }
    return "an object";
}

Json read_json(std::string_view text) { return Reader(text).document(); }

std::string json_string(std::string_view text) {
    static const char digits[] = "0123456789abcdef";
    std::string out = "\"";
    for (char byte : text) {
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += byte;
        } else if (byte == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(byte) < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += byte;
        }
    }
    return out + '"';
}

}  // namespace mathword
