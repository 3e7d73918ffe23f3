import Foundation
import Testing

@testable import Rules

@Suite("patterns")
struct PatternTests {
    /// Pattern, text, the leftmost longest match.
    @Test(
        "match the leftmost and longest",
        arguments: [
            ("a|ab|abc", "xabcd", "abc"), ("(a|ab)(c|bcd)", "abcd", "abcd"), ("x*", "aaa", ""), ("b*|a", "aab", "a"),
            ("a{2,3}", "aaaa", "aaa"), ("a{2}", "a", nil), ("a{0,1}b", "aab", "ab"), ("^a$", "a\n", nil),
            ("^(ab)+$", "ababab", "ababab"), ("[]a-]+", "x]-a", "]-a"), ("[^a-c]", "abcd", "d"),
            ("[[:digit:]_]+", "a1_2b", "1_2"),
            ("[äö]x", "öx", "öx"), (".", "👩", "👩"), ("\\d+\\.\\d", "a 12.5", "12.5"), ("\\bart\\b", "start art", "art"),
            ("\\Bart", "start art", "art"), ("(^|x)a", "xa", "xa"), ("a**", "aa", "aa"), ("()", "a", ""), ("", "a", ""),
            ("a.c", "a\nc", "a\nc"), ("(a|)+b", "aab", "aab"), ("[a-]", "-", "-"), ("\\$\\(", "$(", "$("), ("", "", ""),
            ("$", "ab", ""), ("a\u{0}b", "xa\u{0}b", "a\u{0}b"),
        ] as [(String, String, String?)])
    func matches(pattern: String, text: String, part: String?) throws {
        #expect(try Pattern(pattern).match(in: text) == part)
    }

    @Test(
        "say what is wrong with a pattern",
        arguments: [
            ("a)", "`)` closes nothing (character 2)"), ("(a", "`(` is not closed (character 1)"),
            ("[a", "`[` is not closed (character 1)"), ("*a", "`*` has nothing to repeat (character 1)"),
            ("a|+", "`+` has nothing to repeat (character 3)"), ("\\", "`\\` stands at the end (character 1)"),
            ("(a)\\1", "back references are not supported (character 4)"), ("\\q", "`\\q` is not known (character 1)"),
            ("a{2,1}", "`{` begins no count from 0 to 1000, such as {2} or {2,5} (character 2)"),
            ("[z-a]", "a range in `[…]` ends before it begins (character 5)"),
            ("[[:foo:]]", "`[:foo` is no class such as [:alpha:] (character 2)"),
            ("((a{1,1000}){1,1000})", "it is too long with its counts written out (10000 steps)"),
        ])
    func faults(pattern: String, message: String) {
        #expect(throws: Pattern.Fault(message: message)) { try Pattern(pattern) }
    }

    @Test("refuse endless nesting instead of crashing")
    func nesting() {
        #expect(throws: Pattern.Fault.self) { try Pattern(String(repeating: "(", count: 100_000)) }
        #expect(throws: Pattern.Fault.self) { try Pattern("a" + String(repeating: "*", count: 100_000) + "(") }
    }

    /// The C library finds the same in what both know.
    @Test("agree with the C library", arguments: 1...40)
    func oracle(seed: UInt64) throws {
        var state = seed
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        func pattern(_ depth: Int) -> String {
            switch random(depth > 3 ? 3 : 8) {
            case 0, 1: ["a", "b", "c", "."][random(4)]
            case 2: ["[ab]", "[^a]"][random(2)]
            case 3: "(\(pattern(depth + 1))|\(pattern(depth + 1)))"
            case 4: "(\(pattern(depth + 1)))" + ["*", "+", "?", "{1,2}"][random(4)]
            default: pattern(depth + 1) + pattern(depth + 1)
            }
        }
        for _ in 0..<25 {
            let expression = pattern(0)
            var compiled = regex_t()
            try #require(regcomp(&compiled, expression, REG_EXTENDED) == 0)
            defer { regfree(&compiled) }
            let ours = try Pattern(expression)
            for _ in 0..<10 {
                let text = String((0..<random(8)).map { _ in ["a", "b", "c"][random(3)] }.joined())
                var range = regmatch_t()
                let isFound = regexec(&compiled, text, 1, &range, 0) == 0
                let theirs = isFound ? String(Array(text)[Int(range.rm_so)..<Int(range.rm_eo)]) : nil
                #expect(ours.match(in: text) == theirs, "\(expression) in \(text)")
            }
        }
    }
}
