import PluginKit
import Testing

@testable import Rules

/// Tokens, JSON, scripts, repetition, truncation.
@Suite("rules/check, more rules")
struct RuleTests {
    private func check(_ options: [String: Value], _ text: Value, finishReason: Value = nil) throws -> [Value?] {
        let result = try StepHarness<Check>(options: options).run([["text": text, "finish_reason": finishReason]])[0]
        return [result["status"], result["reason"]]
    }

    @Test("estimates tokens by characters")
    func tokens() throws {
        let limits: [String: Value] = ["min_tokens": 2, "max_tokens": 3]
        #expect(try check(limits, "abcd") == ["too_few_tokens", "1 token"])
        #expect(try check(limits, "abcde") == ["ok", .null])
        #expect(try check(limits, "日本語") == ["ok", .null])
        #expect(try check(limits, "abcdefghijklm") == ["too_many_tokens", "4 tokens"])
    }

    @Test("takes what the limit of tokens ended, and open fences, for truncated")
    func truncated() throws {
        let options: [String: Value] = ["complete": true]
        #expect(try check(options, "abc", finishReason: "length") == ["truncated", "finish_reason length"])
        #expect(try check(options, "abc", finishReason: "stop") == ["ok", .null])
        #expect(try check(options, "a\n```sql\nb") == ["truncated", "a fence is not closed"])
        #expect(try check(options, "a\n```sql\nb\n```\n ```c```") == ["ok", .null])
        #expect(try check([:], "a\n```sql\nb", finishReason: "length") == ["ok", .null])
    }

    @Test(
        "knows JSON from what is none",
        arguments: [
            ("{\"a\": [1, -2.5e+3, true, null, \"x\\u00e4\\n\"]}", nil), (" [] ", "it is a JSON array"),
            ("3", "it is a JSON number"), ("{\"a\":1,}", "no JSON from byte 8 on"), ("{a:1}", "no JSON from byte 2 on"),
            ("{\"a\":01}", "no JSON from byte 7 on"), ("{} x", "no JSON from byte 4 on"),
            ("{\"a\"", "no JSON from byte 5 on"),
            ("{\"a\":\"\u{1}\"}", "no JSON from byte 7 on"), ("```json\n{}\n```", "no JSON from byte 1 on"),
            ("{\"a\":{\"b\":{}},\"c\":[{\"d\":1}]}", nil), ("{\"a\":[[]],\"b\":{}}", nil),
            ("nul", "no JSON from byte 4 on"),
        ] as [(String, String?)])
    func json(text: String, problem: String?) throws {
        let expected: [Value?] = problem.map { ["not_json", .text($0)] } ?? ["ok", .null]
        #expect(try check(["json": "object"], .text(text)) == expected)
    }

    @Test("looks for members of the outermost object")
    func members() throws {
        let options: [String: Value] = ["json": "object", "json_members": ["sql: string", "n: number", "x"]]
        #expect(try check(options, "{\"sql\": \"a\", \"n\": 1, \"x\": {}}") == ["ok", .null])
        #expect(
            try check(options, "{\"sql\": \"a\", \"n\": \"1\", \"x\": 1}") == ["not_json", "member n is a JSON string"])
        #expect(try check(options, "{\"sql\": \"a\", \"n\": 1, \"y\": {\"x\": 1}}") == ["not_json", "no member x"])
        #expect(try check(["json": "any"], "[3]") == ["ok", .null])
        #expect(try check(["json": "array"], "{}") == ["not_json", "it is a JSON object"])
    }

    @Test("sees letters of other writing systems")
    func scripts() throws {
        let latin: [String: Value] = ["scripts": ["latin"]]
        #expect(try check(latin, "Größe: 3 € – naïve, e\u{301}, ﬁ, 👍") == ["ok", .null])
        #expect(try check(latin, "раypal") == ["wrong_script", "U+0440 р"])
        #expect(try check(latin, "ok 日本") == ["wrong_script", "U+65E5 日"])
        #expect(try check(["scripts": ["latin", "han", "kana"]], "SQL の 問題") == ["ok", .null])
    }

    @Test("measures how much of a text has occurred before in it")
    func repetition() throws {
        let options: [String: Value] = ["max_repetition": 0.3]
        let loop = String(repeating: "SELECT a FROM t; ", count: 10)
        #expect(try check(options, .text(loop)) == ["repetitive", "89 % of its runs of four words"])
        #expect(try check(options, "the quick brown fox jumps over the lazy dog and then the cat") == ["ok", .null])
        #expect(try check(options, "a a a a a a") == ["ok", .null])
        #expect(try check(options, .text(String(repeating: "重复", count: 10)))[0] == "repetitive")
        #expect(Repetition.share(of: "a b c d e a b c d e") == 2.0 / 7.0)
    }

    @Test("refuses options that make no sense, with their place")
    func wrongOptions() {
        func error(_ options: [String: Value]) -> StepError? {
            #expect(throws: StepError.self) { try StepHarness<Check>(options: options) }
        }
        #expect(
            error(["min_tokens": 5, "max_tokens": 3])
                == StepError(
                    .invalidConfig, where: "/min_tokens", "Option `min_tokens` (5) is greater than `max_tokens` (3)."))
        #expect(
            error(["json_members": ["a"]])
                == StepError(
                    .invalidConfig, where: "/json_members", "Option `json_members` needs `json: object`."))
        #expect(
            error(["json": "array", "json_members": ["a"]])
                == StepError(
                    .invalidConfig, where: "/json_members", "Option `json_members` needs `json: object`."))
        #expect(
            error(["json": "object", "json_members": ["a", "b: text"]])
                == StepError(
                    .invalidConfig, where: "/json_members/1",
                    "Option `json_members` has `b: text`; behind the colon stands one of string, number, boolean, null, "
                        + "object, array."))
        #expect(
            error(["scripts": ["latin", "runic"]])
                == StepError(
                    .invalidConfig, where: "/scripts/1",
                    "Option `scripts` has `runic`; known are latin, greek, cyrillic, armenian, hebrew, arabic, devanagari, "
                        + "bengali, tamil, thai, georgian, hangul, kana, han."))
    }

    @Test("ends with texts that nobody would write")
    func hostile() throws {
        let deep = String(repeating: "[", count: 200_000)
        #expect(try check(["json": "any"], .text(deep)) == ["not_json", "no JSON from byte 200001 on"])
        let closed = deep + String(repeating: "]", count: 200_000)
        #expect(try check(["json": "any"], .text(closed)) == ["ok", .null])
        let huge = String(repeating: "a", count: 20_000)
        let options: [String: Value] = [
            "pattern": "(a|a)*(a|a)*(a+)+$", "forbidden_pattern": "(a?){30}b", "banned": ["aaab"],
            "max_repetition": 0.5,
            "scripts": ["latin"], "complete": true, "min_tokens": 1,
        ]
        #expect(try check(options, .text(huge)) == ["ok", .null])
    }
}
