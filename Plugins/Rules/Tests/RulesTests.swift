import Foundation
import PluginKit
import Testing

@testable import Rules

@Suite("rules/check")
struct RulesTests {
    private func check(_ options: [String: Value], _ text: Value) throws -> [Value?] {
        let result = try StepHarness<Check>(options: options).run([["text": text]])[0]
        return [result["status"], result["reason"]]
    }

    private func error(_ options: [String: Value]) -> StepError? {
        #expect(throws: StepError.self) { try StepHarness<Check>(options: options) }
    }

    @Test("calls null, the empty text and white space empty", arguments: [nil, "", " \n\u{A0}"] as [Value])
    func empty(text: Value) throws {
        #expect(try check(["min_characters": 5, "pattern": "x"], text) == ["empty", .null])
    }

    @Test("counts code points")
    func length() throws {
        let limits: [String: Value] = ["min_characters": 2, "max_characters": 3]
        #expect(try check(limits, "ä") == ["too_short", "1 character"])
        #expect(try check(limits, "ää") == ["ok", .null])
        #expect(try check(limits, "e\u{301}a") == ["ok", .null])
        #expect(try check(limits, "👩\u{200D}💻!") == ["too_long", "4 characters"])
    }

    @Test("finds banned phrases in any case, as whole words")
    func banned() throws {
        func banned(_ phrase: Value, _ text: Value) throws -> Value? {
            try check(["banned": ["never there", phrase]], text)[1]
        }
        #expect(try banned("as an AI", "Well, AS AN ai, I") == "as an AI")
        #expect(try banned("art", "start artist arts") == .null)
        #expect(try banned("art", "start, Art!") == "art")
        #expect(try banned("art", "art_1") == .null)
        #expect(try banned("ärger", "Großer ÄRGER") == "ärger")
        #expect(try banned("gar", "Ärgar") == .null)
        #expect(try banned("as an AI", "ａｓ ａｎ ＡＩ model") == "as an AI")
        #expect(try banned("as an AI", "as a\u{200B}n A\u{AD}I") == "as an AI")
        #expect(try banned("a\u{308}rger", "Großer ärger") == "a\u{308}rger")
        #expect(try banned("--", "a--b") == "--")
        #expect(try banned("a", "a\u{301}") == .null)
        #expect(try check(["banned": ["b", "a"]], "a b") == ["banned", "b"])
    }

    @Test("takes patterns that must match and that must not")
    func patterns() throws {
        #expect(try check(["pattern": "^(select|with) "], "select 1") == ["ok", .null])
        #expect(try check(["pattern": "^(select|with) "], " select 1") == ["pattern_missing", "^(select|with) "])
        #expect(try check(["forbidden_pattern": "[0-9]{3,}"], "a 12 3456") == ["pattern_forbidden", "3456"])
        #expect(try check(["forbidden_pattern": "[0-9]{3,}"], "a 12") == ["ok", .null])
        #expect(try check(["forbidden_pattern": "secret"], "a\u{0}secret") == ["pattern_forbidden", "secret"])
        #expect(try check(["pattern": "(ä|ö)x"], "öx") == ["ok", .null])
    }

    @Test("names the first rule in the order of the page")
    func order() throws {
        var options: [String: Value] = [
            "min_characters": 3, "max_characters": 10, "banned": ["bad"], "pattern": "z", "forbidden_pattern": "q",
        ]
        #expect(try check(options, "bq") == ["too_short", "2 characters"])
        #expect(try check(options, "bad q") == ["banned", "bad"])
        #expect(try check(options, "good q") == ["pattern_missing", "z"])
        options["pattern"] = "g"
        #expect(try check(options, "good q") == ["pattern_forbidden", "q"])
        #expect(try check(options, "good gooood") == ["too_long", "11 characters"])
    }

    @Test("refuses options that make no sense, with their place")
    func wrongOptions() {
        #expect(
            error(["pattern": "[a"])
                == StepError(
                    .invalidConfig, where: "/pattern",
                    "Option `pattern` is not a POSIX extended regular expression: `[` is not closed (character 1)."))
        #expect(
            error(["forbidden_pattern": "(a"])
                == StepError(
                    .invalidConfig, where: "/forbidden_pattern",
                    "Option `forbidden_pattern` is not a POSIX extended regular expression: `(` is not closed (character 1)."
                ))
        #expect(
            error(["min_characters": 5, "max_characters": 3])
                == StepError(
                    .invalidConfig, where: "/min_characters",
                    "Option `min_characters` (5) is greater than `max_characters` (3)."))
        #expect(
            error(["banned": ["a", ""]])
                == StepError(
                    .invalidConfig, where: "/banned/1", "Option `banned` has an empty phrase; leave it out."))
    }

    @Test("runs its examples, and its version is that of the VERSION file")
    func facts() throws {
        try StepHarness<Check>.runExamples()
        try StepHarness<Agree>.runExamples()
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../VERSION")
        #expect(plugin.version + "\n" == (try String(contentsOf: file, encoding: .utf8)))
    }
}
