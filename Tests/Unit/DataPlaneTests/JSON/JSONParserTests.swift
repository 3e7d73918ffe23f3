import Blocking
import Testing

@testable import DataPlane

@Suite("JSON parser")
struct JSONParserTests {
    let parser = JSONParser()

    private func parse(_ text: String, allowsInfinity: Bool = true) throws -> JSONValue {
        try Array(text.utf8).withUnsafeBytes { try parser.parse($0, allowsInfinity: allowsInfinity) }
    }

    @Test(
        "a number of any size is read as the nearest double",
        arguments: [
            ("9223372036854775807", JSONValue.int(.max)), ("-9223372036854775808", .int(.min)),
            ("9223372036854775808", .double(0x1p63)), ("18446744073709551615", .double(0x1p64)),
            ("18446744073709551616", .double(0x1p64)), ("-9223372036854775809", .double(-0x1p63)),
            ("123456789012345678901234567890", .double(1.2345678901234568e29)),
            ("1e400", .double(.infinity)), ("-1E+400", .double(-.infinity)), ("1.5e400", .double(.infinity)),
            ("0e99999999999999999999", .double(0)), ("1e-99999999999999999999", .double(0)),
            ("1e99999999999999999999", .double(.infinity)),
        ])
    func sizes(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
        #expect(try parse(" [\(text) ]\n") == [value])
        #expect(
            try parse("{\"a\":1.5,\"b\":[\(text),2,\"\(text)\"],\"c\":-0}")
                == ["a": 1.5, "b": [value, 2, .string(text)], "c": 0])
        #expect(
            try parse("{\"\(text)\\\"\":18446744073709551616,\"a\":\(text),\"b\":7}")
                == [text + "\"": .double(0x1p64), "a": value, "b": 7])
    }

    @Test("a number too large for a double is refused unless the caller sees to it")
    func infinity() throws {
        for text in ["1e400", "[-1e400]", "{\"a\": [1, 1e400]}"] {
            let error = #expect(throws: JSONSyntaxError.self) { try parser.parse(text) }
            #expect(error?.description == "not JSON: a number is too large for float64")
        }
        #expect(try parser.parse("[18446744073709551616]") == [.double(0x1p64)])
        #expect(try parser.parse(#"["1e400"]"#) == ["1e400"])
    }

    @Test(
        "a large number makes nothing JSON that is not",
        arguments: [
            "1e400x", "x1e400", "1e400 1", "[1e400", "[1e400,]", "{1e400: 1}", "{\"a\": 1e400,}", "01e400", "-",
            "-e400", "+1e400", "1e", "1e+", "1.e400", ".1e400", "1e400.0", "1e4e400", "--1e400",
            "0018446744073709551616", "18446744073709551616.", "[1e400 1e400]", "[\"a, 1e400]",
            "\"1e400", "[1e400, \"\\\"]", "[1e400, tru]",
            "[1e400, \"\u{1}\"]", "1e400\u{0}", "[18446744073709551616, 01]", "[1e400, 1.]", "[1e400, NaN]",
            "[1e400, Infinity]", "[1e400, 0x10]", "[1e400}", "",
        ])
    func notJSON(text: String) {
        #expect(throws: JSONSyntaxError.self) { try parse(text) }
    }

    @Test("an object has as many members as a vocabulary", .timeLimit(.minutes(1)))
    func manyMembers() throws {
        let members = (0..<200_000).map { "\"word \($0)\": \($0)" }.joined(separator: ", ")
        #expect(try JSONParser().parse("{\(members)}").object?.count == 200_000)
        let error = #expect(throws: JSONSyntaxError.self) { try parse("{\(members), \"word 7\": 0}") }
        #expect(error?.reason == "the key \"word 7\" stands twice in one object")
    }

    @Test("a key that stands twice is found beside large numbers too")
    func repeatedKey() throws {
        let error = #expect(throws: JSONSyntaxError.self) { try parse(#"{"a": 1e400, "b": 1, "a": 2}"#) }
        #expect(error?.reason == "the key \"a\" stands twice in one object")
    }

    @Test("random texts of JSON's characters are JSON exactly when Python says so", .blocking)
    func random() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let parts = ["[", "]", ",", "1", "-", "0", "1e400", "18446744073709551616", ".", "e", "\"", "\\", " ", "5.5"]
        let texts = (0..<20_000).map { _ in
            let inner = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                parts[Int.random(in: 0..<parts.count, using: &generator)]
            }
            return "[" + inner.joined() + "]"
        }
        let expected = try Oracle.json("json_valid.py", [], input: texts.joined(separator: "\n")).array ?? []
        #expect(expected.count == texts.count)
        for (text, isJSON) in zip(texts, expected) {
            #expect(.bool((try? parse(text)) != nil) == isJSON, "\(text), seed \(seed)")
        }
        #expect(expected.count { $0 == true } > 500, "seed \(seed)")
    }
}
