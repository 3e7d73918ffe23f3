import Testing

@testable import PluginKit

@Suite("JSON")
struct JSONTests {
    private func read(_ text: String) throws(JSONReader.Fault) -> Value {
        var text = text
        var result: Result<Value, JSONReader.Fault> = .success(.null)
        text.withUTF8 { bytes in
            result = Result { () throws(JSONReader.Fault) in try JSONReader.read(UnsafeRawBufferPointer(bytes)) }
        }
        return try result.get()
    }

    @Test("is read")
    func valid() throws {
        #expect(
            try read(#" { "a" : [ 1 , -2.5e1, 0, true, false, null ] , "b\n":"x\u00e9\ud83d\ude42\"\\\/\b\f\r\t" } "#)
                == ["a": [1, -25.0, 0, true, false, nil], "b\n": "xé🙂\"\\/\u{8}\u{c}\r\t"])
        #expect(try read("9223372036854775807") == 9_223_372_036_854_775_807)
        #expect(try read("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try read("[]") == [] && read("{}") == [:])
    }

    @Test(
        "that is wrong is refused with its place",
        arguments: [
            ("", 0, "expected a value"), ("[1,]", 3, "expected a value"), ("{\"a\":1,}", 7, "expected a member name"),
            ("{\"a\" 1}", 5, "expected ':'"), ("[1 2]", 3, "expected ']'"), ("{\"a\":1", 6, "expected '}'"),
            ("{\"a\":1,\"a\":2}", 7, "the member `a` stands there twice"), ("1 2", 2, "something follows the value"),
            ("01", 1, "something follows the value"), ("-", 1, "expected a digit"), ("1.", 2, "expected a digit"),
            ("1e400", 5, "the number is too large"), ("tru", 3, "expected a value"),
            ("\"a", 2, "the string does not end"), ("\"\\x\"", 3, "unknown escape"),
            ("\"\\u12\"", 3, "expected four hexadecimal digits"), ("\"\\ud800\"", 7, "a lone surrogate"),
            ("\"\\udc00\"", 7, "a lone surrogate"), ("\"\u{1}\"", 2, "a control character stands in a string"),
        ])
    func invalid(text: String, offset: Int, problem: String) {
        let fault = #expect(throws: JSONReader.Fault.self) { try read(text) }
        #expect(fault == JSONReader.Fault(offset: offset, problem: problem))
    }

    @Test("that is nested too deep is refused, not followed")
    func deep() {
        let fault = #expect(throws: JSONReader.Fault.self) { try read(String(repeating: "[", count: 100_000)) }
        #expect(fault == JSONReader.Fault(offset: 64, problem: "nested deeper than 64 levels"))
    }

    @Test("that is not UTF-8 is refused")
    func notUTF8() {
        let bytes: [UInt8] = [0x22, 0xFF, 0x22]
        let fault = #expect(throws: JSONReader.Fault.self) { try bytes.withUnsafeBytes { try JSONReader.read($0) } }
        #expect(fault == JSONReader.Fault(offset: 3, problem: "not UTF-8"))
    }

    @Test("is written compactly, in one way")
    func written() throws {
        let value: Value = ["b": [1, 2.5, nil, true], "a": "\"\\\n\r\t\u{1}é", "c": [:], "d": []]
        let text = #"{"a":"\"\\\n\r\t\u0001é","b":[1,2.5,null,true],"c":{},"d":[]}"#
        #expect(JSONWriter.text(of: value) == text)
        #expect(try read(text) == value)
        #expect(JSONWriter.text(of: .number(.infinity)) == "null")
    }
}
