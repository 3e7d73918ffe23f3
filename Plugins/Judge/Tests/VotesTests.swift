import PluginKit
import Testing

@testable import Judge

@Suite("judge/votes")
struct VotesTests {
    private func votes(_ marks: [Value], _ options: [String: Value] = [:], answers: [Value]? = nil) throws
        -> [HarnessResult]
    {
        try StepHarness<Votes>(options: options).run(
            marks.enumerated().map { index, mark in
                [
                    "ordinal": 0, "score": mark == "refused" || mark == "unparseable" ? nil : mark,
                    "status": mark == "refused" || mark == "unparseable" ? mark : "ok",
                    "answer": answers?[index] ?? nil,
                ]
            })
    }

    @Test("takes the mean, or the mark given most often, of several the lowest")
    func joining() throws {
        #expect(try votes([1.0, 0.0, 0.5])[0]["score"] == 0.5)
        #expect(try votes([1.0, 0.25, 1.0], ["by": "majority"])[2]["score"] == 1.0)
        #expect(try votes([1.0, 0.25], ["by": "majority"])[0]["score"] == 0.25)
        #expect(try votes([1.0, 0.25])[0]["spread"] == 0.75)
    }

    @Test("counts one reply once, however many candidates with the same answer share it")
    func sharedReplies() throws {
        let row = { (mark: Double, answer: Value, choice: Value) -> [String: Value] in
            ["ordinal": 0, "score": .number(mark), "status": "ok", "answer": answer, "choice_index": choice]
        }
        let shared = try StepHarness<Votes>(options: ["min_votes": 2]).run([
            row(1, "a", 0), row(1, "a", 0), row(1, "b", 0), row(0, "b", 1), row(1, "b", 0), row(0, "b", 1),
        ])
        #expect(shared.map { $0["votes"] } == [1, 1, 2, 2, 2, 2])
        #expect(shared.map { $0["verdict"] } == ["undecidable", "undecidable", "wrong", "wrong", "wrong", "wrong"])
        #expect(shared[4]["score"] == 0.5)
        let unnamed = try StepHarness<Votes>().run([row(1, nil, 0), row(0, nil, 0)])
        #expect(unnamed[0]["votes"] == 2, "without an answer nothing says that two replies are one")
    }

    @Test("marks that are all the same come to exactly that one", arguments: 5...9)
    func unanimous(scale: Int) throws {
        for step in 0..<scale {
            let mark = Double(step) / Double(scale - 1)
            for count in 1...12 {
                let all = try votes(Array(repeating: .number(mark), count: count), ["ok_from": .number(mark)])
                #expect(all[0]["score"] == .number(mark) && all[0]["verdict"] == "ok")
            }
        }
    }

    @Test("answers that Unicode holds to be equivalent are two answers")
    func equivalent() throws {
        let results = try votes([1.0, 0.0], answers: ["Zo\u{E9}", "Zoe\u{301}"])
        #expect(results.map { $0["score"] } == [1.0, 0.0])
    }

    @Test("counts refusals and unreadable replies, and never makes a score of them")
    func unread() throws {
        let results = try votes([1.0, "refused", "unparseable", "refused"])
        #expect(results[1]["score"] == 1.0 && results[1]["verdict"] == "ok")
        #expect(results[1]["votes"] == 1 && results[1]["refused"] == 2 && results[1]["unparseable"] == 1)
        let none = try votes(["refused", "unparseable"])
        #expect(none[0]["score"] == .null && none[0]["verdict"] == "undecidable" && none[0]["spread"] == .null)
        let odd = try votes([1.5, .number(.nan), -1.0])
        #expect(odd[0]["score"] == .null && odd[0]["unparseable"] == 3)
        let few = try votes([1.0, "refused"], ["min_votes": 2])
        #expect(few[0]["score"] == .null && few[0]["verdict"] == "undecidable" && few[0]["votes"] == 1)
    }

    @Test("joins the marks of each answer alone")
    func answers() throws {
        let results = try votes([1.0, 0.0, 1.0, 0.5], answers: ["a", "b", "a", "b"])
        #expect(results.map { $0["score"] } == [1.0, 0.25, 1.0, 0.25])
        #expect(results.map { $0["verdict"] } == ["ok", "wrong", "ok", "wrong"])
        try StepHarness<Votes>.runExamples()
    }
}
