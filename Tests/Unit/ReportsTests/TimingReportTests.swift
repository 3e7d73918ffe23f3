import DataPlane
import Foundation
import Testing

@testable import Reports

@Suite struct TimingReportTests {
    private func report(_ lines: [String]) throws -> TimingReport {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".jsonl").path
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try TimingReport(events: path)
    }

    private func request(_ session: Int, _ start: Int, _ end: Int, tokens: Int, role: String = "teacher") -> String {
        """
        {"event":"request","session":\(session),"time_us":\(end),"role":"\(role)","start_us":\(start),"end_us":\(end),\
        "completion_tokens":\(tokens)}
        """
    }

    /// Tokens as a provider may claim them: they must not end the program, now or when an old log is read.
    @Test func sumsThatDoNotFitStayLarge() throws {
        let lines = (0..<3).map { request(1, $0, $0 + 1_000_000, tokens: .max) }
        #expect(try report(lines).tokensPerSecond(role: "teacher") ?? 0 > 1e18)
    }

    @Test func tokensPerSecondCountsOverlappingRequestsOnce() throws {
        // Busy from 0 to 3 s and from 5 to 6 s: 4 s, 100 tokens.
        let report = try report([
            request(1, 0, 2_000_000, tokens: 30), request(1, 1_000_000, 3_000_000, tokens: 30),
            request(1, 5_000_000, 6_000_000, tokens: 40), request(1, 0, 9_000_000, tokens: 7, role: "judge"), "",
        ])
        #expect(report.tokensPerSecond(role: "teacher") == 25)
    }

    @Test func sessionsAreTimedApart() throws {
        let report = try report([
            request(1, 0, 1_000_000, tokens: 10), request(2, 0, 1_000_000, tokens: 10),
            #"{"event":"shard_sealed","session":2,"time_us":2000000,"shard":0,"kept":6}"#, "",
        ])
        #expect(report.tokensPerSecond(role: "teacher") == 10)
        #expect(report.activeSeconds == 3)
        #expect(report.keptSamplesPerHour == 7200)
    }

    @Test func aRunWithoutFreshRepliesHasNoRate() throws {
        let report = try report([
            #"{"event":"reply_cached","session":1,"time_us":5,"role":"teacher","candidates":2}"#, "",
        ])
        #expect(report.tokensPerSecond(role: "teacher") == nil)
        #expect(report.keptSamplesPerHour == nil)
        #expect(report.json["roles"]?["teacher"]?["replies_from_store"]?.int == 2)
        #expect(report.json["teacher_tokens_per_sec"] == .null)
    }

    @Test func repliesOutOfAFileAreNoFreshOnes() throws {
        let replayed =
            #"{"event":"request","session":1,"time_us":9,"role":"teacher","start_us":0,"end_us":9,"#
            + #""completion_tokens":5,"candidates":2,"replayed":true}"#
        let report = try report([replayed, ""])
        #expect(report.tokensPerSecond(role: "teacher") == nil)
        #expect(report.json["roles"]?["teacher"]?["requests"]?.int == 0)
        #expect(report.json["roles"]?["teacher"]?["replies_from_store"]?.int == 2)
    }

    @Test func halfALineOfAKilledSessionIsSkipped() throws {
        let report = try report([
            request(1, 0, 1_000_000, tokens: 10), #"{"event":"requ{"event":"session_started","session":2,"time_us":0}"#,
            request(2, 0, 1_000_000, tokens: 10), #"{"event":"request","session":2,"time_us":99000000"#,
        ])
        #expect(report.activeSeconds == 2)
        #expect(report.json["sessions"]?.array?.first?["ended"]?.string == "killed")
    }

    @Test func intervalsAreUnitedWhateverTheirOrder() {
        var state: UInt64 = 42
        func random(_ bound: Int64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % bound
        }
        for _ in 0..<200 {
            var intervals = Intervals()
            var marked = [Bool](repeating: false, count: 120)
            for _ in 0..<12 {
                let start = random(100)
                let end = start + random(15)
                intervals.add(start...end)
                for second in start..<end { marked[Int(second)] = true }
            }
            #expect(intervals.total == Int64(marked.count { $0 }))
        }
    }
}
