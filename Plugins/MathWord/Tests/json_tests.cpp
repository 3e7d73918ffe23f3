#include "check.hpp"
#include "plugin.hpp"

namespace check {

namespace {

std::string fault_of(const std::string &text) {
    try {
        mathword::read_json(text);
        return "";
    } catch (const mathword::JsonFault &fault) {
        return fault.problem + " at " + std::to_string(fault.offset);
    }
}

}  // namespace

/// The reader is strict: what it takes for options is JSON by RFC 8259 and means one thing.
void test_json() {
    const std::string all = R"( {"a":[1,-2,true,false,null,""],"b":{"c":"\"\\\/\b\f\n\r\t\u00e9\ud83c\udf89"}} )";
    const Json json = mathword::read_json(all);
    expect_equal(json.member("b")->member("c")->string, "\"\\/\b\f\n\r\té🎉", "escapes");
    expect_equal(text_of(*json.member("a")), R"([1,-2,true,false,null,""])", "values of every kind");
    expect(mathword::read_json("9223372036854775807").integer == INT64_MAX, "the largest integer");
    expect(mathword::read_json("-9223372036854775808").integer == INT64_MIN, "the smallest integer");
    expect(mathword::read_json("9223372036854775808").kind == Json::Kind::number, "one that is too large for 64 bits");
    expect(mathword::read_json("1.5e-3").kind == Json::Kind::number, "a number with a point");
    const std::vector<std::pair<std::string, std::string>> faults = {
        {"", "expected a value at 0"}, {"{} x", "something follows the value at 3"},
        {"{a:1}", "expected a member name at 1"}, {"{\"a\" 1}", "expected ':' at 5"},
        {"{\"a\":1,}", "expected a member name at 7"}, {"[1,]", "expected a value at 3"},
        {"[1 2]", "expected ']' at 3"}, {"01", "something follows the value at 1"}, {"-", "expected a digit at 1"},
        {"1.", "expected a digit at 2"}, {"1e+", "expected a digit at 3"}, {".5", "expected a value at 0"},
        {"+1", "expected a value at 0"}, {"NaN", "expected a value at 0"}, {"tru", "expected a value at 0"},
        {"\"a", "the string does not end at 2"}, {"\"\\", "the string does not end at 2"},
        {"\"\\x\"", "unknown escape at 3"}, {"\"\\u12g4\"", "expected four hexadecimal digits at 5"},
        {"\"\\ud800\"", "a lone surrogate at 7"}, {"\"\\udc00\"", "a lone surrogate at 7"},
        {"\"\n\"", "a control character stands in a string at 2"}, {"\"\xC3\"", "not UTF-8 at 0"},
        {"\"\xED\xA0\x80\"", "not UTF-8 at 0"}, {"\"\xC0\x80\"", "not UTF-8 at 0"},
        {"{\"a\":1,\"a\":1}", "the member `a` stands there twice at 7"},
        {std::string(65, '[') + std::string(65, ']'), "nested deeper than 64 levels at 64"},
        {std::string(1'000'000, '['), "nested deeper than 64 levels at 64"}};
    for (const auto &[text, fault] : faults) expect_equal(fault_of(text), fault, "the fault of " + text.substr(0, 20));
    expect_equal(fault_of(std::string(64, '[') + std::string(64, ']')), "", "64 levels are not too deep");
}

}  // namespace check
