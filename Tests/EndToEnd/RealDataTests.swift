import Blocking
import DataPlane
import Foundation
import Testing

/// All of the real data, once through everything, and what must be known of it afterwards.
@Suite(.enabled(if: Package.hasRealData, Package.noRealData), .blocking)
struct RealDataTests {
    /// A finished run, shared by the tests that only look at it.
    struct Finished: Sendable {
        let realCase: RealCase
        let server: ChatServer
        let first: ChildProcess.Result
        let run: RunFolder
        let counts: ChatServer.Counts

        init() throws {
            realCase = try RealCase()
            server = try realCase.serve(concurrency: 64)
            first = try realCase.workspace.run()
            run = try realCase.workspace.runFolder()
            counts = try server.counts(settled: true)
        }
    }

    static let finished = Swift.Result { try Finished() }

    @Test func everyCountOfTheQualityReportIsWhatTheRepliesMakeOfIt() throws {
        let finished = try Self.finished.get()
        let (quality, expected) = (try finished.run.quality, try #require(finished.realCase.expected["quality"]))
        for (key, value) in try #require(expected.object) {
            #expect(quality[key] == value, "\(key)")
        }
        try Oracle.run(
            "Tests/Oracles/quality_report.py",
            [finished.run.path, #"{"verdicts": {}, "pairs": {}, "scores": {}}"#])
        // The case has to be worth it: every outcome, and every way to be rejected.
        #expect(expected["rejected_by_code"]?.object?.count == 10)
    }

    @Test func everyRowEndsWhereItsReplySays() throws {
        let finished = try Self.finished.get()
        let ends = try finished.run.query(
            "SELECT row_id, candidate, outcome, node, code FROM stage", stage: "rejected"
        ).map { row -> JSONValue in
            .array(["row_id", "candidate", "outcome", "node", "code"].map { row[$0] ?? .null })
        }
        let expected = try #require(finished.realCase.expected["rejected"]?.array)
        #expect(ends.count == expected.count)
        let (ours, theirs) = (Set(ends.map(\.compact)), Set(expected.map(\.compact)))
        #expect(ours.subtracting(theirs).sorted().prefix(5) == [])
        #expect(theirs.subtracting(ours).sorted().prefix(5) == [])
    }

    @Test func theBestAnswersAreKeptAsTheyWereWritten() throws {
        let finished = try Self.finished.get()
        let kept = try finished.run.query(
            "SELECT row_id, candidate, rtrim(parse.sql, ' ;') AS sql FROM stage ORDER BY row_id", stage: "distilled")
        let expected = try #require(finished.realCase.expected["distilled"]?.array)
        #expect(kept.count == expected.count)
        for (row, wanted) in zip(kept, expected) {
            #expect(JSONValue.array(["row_id", "candidate", "sql"].map { row[$0] ?? .null }) == wanted)
        }
        let hard = try finished.run.query(
            "SELECT row_id, hard.node AS node, hard.code AS code FROM stage", stage: "hard_samples")
        #expect(
            Set(hard.map { "\($0["row_id"]?.string ?? ""), \($0["code"]?.string ?? "")" })
                == Set(
                    (finished.realCase.expected["hard_samples"]?.array ?? []).map {
                        "\($0.array?[0].string ?? ""), \($0.array?[2].string ?? "")"
                    }))
    }

    @Test func theSummaryTellsTheSameCounts() throws {
        let finished = try Self.finished.get()
        let outcomes = try #require(finished.realCase.expected["quality"]?["outcomes"])
        let rows = finished.realCase.expected["quality"]?["source_rows"]?.int ?? 0
        let counts = ["kept", "deferred", "not_selected", "rejected", "duplicate"].map {
            "\(outcomes[$0]?.int ?? -1) \($0)"
        }
        #expect(finished.first.output.contains("\n  \(rows) rows: \(counts.joined(separator: ", "))\n"))
    }

    @Test func noQuestionIsAskedTwiceAndNoneThatTheScriptDoesNotKnow() throws {
        let finished = try Self.finished.get()
        #expect(finished.counts.unknown == 0)
        #expect(finished.counts.failed == 0)
        let requests = try finished.server.requests()
        #expect(requests.count >= finished.counts.asked)
        #expect(Set(requests.map { $0["sha256"]?.string ?? "" }).count == finished.counts.asked)
        // The limit of each of the two providers.
        #expect(finished.counts.mostInFlight <= 128)
        #expect(finished.counts.mostInFlight > 8, "64 requests at once were allowed")
    }

    @Test func theSameCommandAgainAsksNothingAndChangesNothing() throws {
        let finished = try Self.finished.get()
        let before = try finished.run.replayable
        let again = try finished.realCase.workspace.run()
        #expect(try finished.server.counts().asked == finished.counts.asked)
        #expect(try finished.run.replayable == before)
        #expect(
            again.output.components(separatedBy: "\n").first
                == finished.first.output.components(separatedBy: "\n").first)
        #expect(try finished.run.events.last?["reason"]?.string == "done")
    }

    /// One request at a time and one worker a step, against 64 and two: another order of everything.
    @Test func concurrencyAndWorkersChangeNoByte() throws {
        let finished = try Self.finished.get()
        let workspace = finished.realCase.workspace
        let server = try ChatServer(script: finished.realCase.script)
        try workspace.writeProviders(url: server.url, concurrency: 1, name: "one.yaml")
        let graph = try String(contentsOfFile: workspace.folder.file("graph.yaml"), encoding: .utf8)
        try workspace.folder.write("one-worker.yaml", graph.replacingOccurrences(of: "workers: 2", with: "workers: 1"))
        let result = try workspace.command(["run", "one-worker.yaml", "--providers", "one.yaml", "--runs", "one"])
        #expect(result.status == 0, "\(result)")
        let run = try workspace.runFolder(in: "one")
        #expect(run.runID == finished.run.runID)
        try run.expectSameBytes(as: finished.run)
        #expect(try server.counts().mostInFlight <= 2, "one for the teacher, one for the judge")
    }
}
