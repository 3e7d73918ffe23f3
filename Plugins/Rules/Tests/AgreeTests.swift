import Foundation
import PluginKit
import Testing

@testable import Rules

@Suite("rules/agree")
struct AgreeTests {
    private func vote(_ digests: [Value], _ options: [String: Value] = [:]) throws -> [HarnessResult] {
        try StepHarness<Agree>(options: options)
            .run(digests.map { ["ordinal": 0, "digest": $0, "answer": "q", "error": nil] })
    }

    private func column(_ name: String, _ results: [HarnessResult]) -> [Value?] { results.map { $0[name] } }

    @Test("clusters by digest; the first candidate of the largest cluster wins")
    func majority() throws {
        let results = try vote(["x", "y", nil, "y", "z"])
        #expect(column("cluster", results) == [0, 1, .null, 1, 2])
        #expect(column("cluster_size", results) == [1, 2, 0, 2, 1])
        #expect(column("winner", results) == [false, true, false, false, false])
        #expect(results[0]["agreement"] == 0.4)
        #expect(results[0]["status"] == "doubtful")
        #expect(results[0]["candidates"] == 5 && results[0]["votes"] == 4 && results[0]["clusters"] == 3)
        guard case .number(let entropy)? = results[0]["entropy"] else {
            Issue.record("no entropy")
            return
        }
        #expect(abs(entropy - (2 * 0.25 * log(4) + 0.5 * log(2))) < 1e-12)
    }

    @Test("texts that Unicode holds to be equivalent are different votes")
    func equivalent() throws {
        #expect(column("cluster", try vote(["Zo\u{E9}", "Zoe\u{301}", "Zoe\u{301}"])) == [0, 1, 1])
    }

    @Test("lets the first candidate decide a tie")
    func tie() throws {
        #expect(column("winner", try vote(["b", "a", "a", "b"])) == [true, false, false, false])
        #expect(column("winner", try vote([nil, "a", "b"])) == [false, true, false])
    }

    @Test("has no winner where nobody votes")
    func nobody() throws {
        let results = try vote([nil, nil])
        #expect(column("winner", results) == [false, false])
        #expect(column("status", results) == ["undecided", "undecided"])
        #expect(results[0]["agreement"] == 0.0 && results[0]["entropy"] == .null && results[0]["clusters"] == 0)
    }

    @Test("takes the least agreement from its option, and one candidate for agreed")
    func threshold() throws {
        #expect(column("status", try vote(["a", "b"], ["min_agreement": 0.5])) == ["agreed", "agreed"])
        #expect(column("status", try vote(["a", "b"], ["min_agreement": 0.6])) == ["doubtful", "doubtful"])
        let one = try vote(["a"])
        #expect(one[0]["status"] == "agreed" && one[0]["entropy"] == 0.0 && one[0]["winner"] == true)
    }

    @Test("keeps samples apart, and writes their evidence as JSON")
    func samples() throws {
        let results = try StepHarness<Agree>().run([
            ["ordinal": 1, "digest": "a", "answer": "say \"a\"\n\u{1}", "error": nil],
            ["ordinal": 1, "digest": nil, "answer": nil, "error": "no such table: ä"],
            ["ordinal": 2, "digest": "a", "answer": "x", "error": nil],
        ])
        #expect(column("candidates", results) == [2, 2, 1])
        #expect(
            results[0]["evidence"]
                == .text(
                    #"[{"answer":"say \"a\"\n\u0001","cluster":0,"digest":"a","error":null},{"answer":null,"cluster":null,"digest":null,"error":"no such table: ä"}]"#
                ))
        #expect(results[1]["evidence"] == results[0]["evidence"])
        guard case .text(let text)? = results[0]["evidence"] else { return }
        let list = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(list[0]["answer"] as? String == "say \"a\"\n\u{1}")
    }
}
