import PluginKit
import Testing

@testable import Judge

@Suite("judge/score")
struct ReplyTests {
    @Test(
        "takes a line that is nothing but a mark",
        arguments: [
            "4", " 4\n", "4.", "**4**", "`4`", "Score: 4", "score=4", "**Score:** 4", "Score is 4", "Final answer: 4.",
            "The mark is 4", "4/5", "4 / 5", "4 out of 5", "Rating: 4 of 5", "{\"score\": 4}", "{\n  \"score\": 4,\n}",
            "\"4\"", "### 4", "> 4", "[4]", "(4)", "The query counts rows.\n\nScore: 4", "4\nScore: 4",
            "<think>maybe 2\n2\nno</think>\n4", "2\n</think>\n4", "1. yes\n2. yes\n3. no\n4",
        ])
    func marks(reply: String) {
        #expect(Reply.read(reply, scale: 5) == .mark(4))
    }

    @Test(
        "takes nothing else for a mark",
        arguments: [
            "", " ", "four", "4.5", "4-5", "4 or 5", "I would give it a 4", "I would give it 4 because of 3 tables.",
            "0",
            "6", "45", "-4", "+4", "4/10", "4 out of 10", "Score: 9", "2\n4", "Score: 2\nScore: 4", "4\n9", "4%", "٤",
            "４",
            "99999999999999999999999", "<think>it is\n4", "<think>a</think><think>\n4", "Score:", ":", "/", "score 4 4",
            "Yes", "1: yes\n2: no", "SELECT 4", "4?", "mark 4 of 5 tables",
        ])
    func noMarks(reply: String) {
        #expect(Reply.read(reply, scale: 5) == .unparseable)
    }

    @Test(
        "tells a refusal from a reply it cannot read",
        arguments: [
            "I'm sorry, but I can't help with that.", "I’m sorry.", "Sorry, no.", "I cannot judge this query.",
            "As an AI language model, I", "**I am unable to** mark it", "<think>hm</think>\nI won't.",
        ])
    func refusals(reply: String) {
        #expect(Reply.read(reply, scale: 5) == .refused)
    }

    @Test("prefers a clear mark to the manners around it")
    func politeMark() {
        #expect(Reply.read("I'm sorry, but the query is wrong.\nScore: 1", scale: 5) == .mark(1))
    }

    @Test("spreads marks evenly from 0 to 1")
    func scores() throws {
        func scores(_ scale: Int64) throws -> [Value?] {
            let rows: [[String: Value]] = (1...scale).map { ["text": .text("\($0)")] }
            return try StepHarness<Score>(options: ["scale": .integer(scale)]).run(rows).map { $0["score"] }
        }
        #expect(try scores(5) == [0.0, 0.25, 0.5, 0.75, 1.0])
        #expect(try scores(2) == [0.0, 1.0])
    }

    @Test("calls an answer right from a score on, and decides nothing without one")
    func verdicts() throws {
        func verdicts(_ options: [String: Value]) throws -> [Value?] {
            try StepHarness<Score>(options: options)
                .run(["5", "4", "3", "?"].map { ["text": $0] }).map { $0["verdict"] }
        }
        #expect(try verdicts([:]) == ["ok", "ok", "wrong", "undecidable"])
        #expect(try verdicts(["ok_from": 1.0]) == ["ok", "wrong", "wrong", "undecidable"])
        #expect(try verdicts(["ok_from": 0.5]) == ["ok", "ok", "ok", "undecidable"])
    }

    @Test("gives no score without a mark, also for no reply at all")
    func nothing() throws {
        let results = try StepHarness<Score>().run([["text": nil], ["text": "hm"], ["text": "Sorry."]])
        #expect(
            results == [
                .added(["status": "unparseable", "score": nil, "verdict": "undecidable"]),
                .added(["status": "unparseable", "score": nil, "verdict": "undecidable"]),
                .added(["status": "refused", "score": nil, "verdict": "undecidable"]),
            ])
        try StepHarness<Score>.runExamples()
    }
}
