import Blocking
import Foundation
import Synchronization
import Testing

/// Providers that stumble, fall, get up again, and rows that they cannot bear.
@Suite(.blocking) struct ProviderTroubleTests {
    /// 5 % errors, 5 % "too many requests", 1 % dropped connections, by the question.
    @Test func noiseCostsAsManyRequestsAsItSpoils() throws {
        let faults = Mutex(0)
        let account = Account(latency: .milliseconds(10)) { request in
            let hundredth = TroubledRun.row(request) &* 7919 % 100
            guard request.time == 1, hundredth < 11 else { return .answer }
            faults.withLock { $0 += 1 }
            return hundredth < 5 ? .fail(500) : hundredth < 10 ? .fail(429) : .drop
        }
        let troubled = try TroubledRun(rows: 2000, concurrency: 64, account: account)
        try troubled.run()
        try troubled.expectOutcomes(kept: 2000)
        #expect(faults.withLock { $0 } == 220)
        #expect(account.asked == 2220)
        #expect(troubled.askedAgain.values.allSatisfy { $0 == 2 })
    }

    /// Many of them, so that nothing else is left to be asked in the end.
    @Test(arguments: ["fail", "drop"])
    func rowsThatFailForEverAreRejectedAndTheRestFinishes(how: String) throws {
        let account = Account(latency: .milliseconds(2)) { request in
            TroubledRun.row(request) % 15 == 7 ? how == "fail" ? .fail(500) : .drop : .answer
        }
        // Long waits, so that a provider that is taken for dead would be waited for until the test fails.
        let troubled = try TroubledRun(
            rows: 300, retry: "{attempts: 4, base: 200ms, cap: 1h, give_up_after: 10h}", account: account)
        try troubled.run()
        try troubled.expectOutcomes(kept: 280, rejected: 20)
        #expect(try troubled.workspace.runFolder().quality["rejected_by_code"] == ["provider_error": 20])
        #expect(account.asked == 280 + 4 * 20)
        #expect(troubled.askedAgain.count == 20)
    }

    @Test func oneMalformedRowCostsItselfOnly() throws {
        let account = Account(latency: .milliseconds(2)) { TroubledRun.row($0) == 11 ? .drop : .answer }
        let troubled = try TroubledRun(rows: 200, account: account)
        try troubled.run()
        try troubled.expectOutcomes(kept: 199, rejected: 1)
        let rejected = try troubled.workspace.runFolder().query(
            "SELECT row_id, code, detail FROM stage", stage: "rejected")
        #expect(
            rejected == [
                [
                    "row_id": "lines.jsonl:12", "code": "provider_error",
                    "detail": "failed 5 times while other requests were answered; the last: the request was cut off",
                ]
            ])
        #expect(troubled.askedAgain == ["Question 11?": 5])
    }

    /// The judge says nothing until the teacher has been asked about every row, four times as many as the engine holds.
    @Test func aJudgeThatIsDownDoesNotKeepTheTeacherWaiting() throws {
        let rows = 2000
        let teacher = Mutex(0)
        let account = Account { request in
            if request.model == "teacher-model" {
                teacher.withLock { $0 += 1 }
                return .answer
            }
            let deadline = ContinuousClock.now + .seconds(120)
            while teacher.withLock({ $0 }) < rows, ContinuousClock.now < deadline { usleep(1000) }
            return teacher.withLock { $0 } == rows ? .answer : .fail(401)
        }
        let troubled = try TroubledRun(
            rows: rows, account: account, roles: ["teacher", "judge"],
            nodes: """
                  - {id: again, use: text2sql/prompt, isolation: inline, in: {question: teacher.text, schema: task_id}, with: {style: turns}}
                  - {id: judge, complete: {role: judge, decode: short}, in: {messages: again.messages}}

                """)
        try troubled.run()
        try troubled.expectOutcomes(kept: rows)
        #expect(account.asked == 2 * rows)
    }

    /// The server goes, with requests under way, and another one comes up on its port.
    @Test func aProviderThatIsDownForAWhileIsWaitedFor() throws {
        let server = try CountingServer()
        let second = Mutex<CountingServer?>(nil)
        let account = Account(latency: .milliseconds(5))
        let troubled = try TroubledRun(rows: 300, server: server, account: account)
        account.after(answers: 100) {
            Thread.detachNewThread {
                server.stop()
                usleep(700_000)
                second.withLock { second in
                    second = try? CountingServer(port: server.port)
                    _ = second?.open(account)
                }
            }
        }
        try troubled.run()
        second.withLock { $0?.stop() }
        try troubled.expectOutcomes(kept: 300)
        #expect(account.asked <= 316, "what was under way when it went is asked again")
        #expect(troubled.askedAgain.values.allSatisfy { $0 == 2 })
    }

    /// Everything fails for a while: nobody is to blame, however little the rows are allowed to fail.
    @Test func anOutageBlamesNoRow() throws {
        let answered = Atomic(0)
        let failed = Atomic(0)
        let account = Account(latency: .milliseconds(2)) { _ in
            if answered.load(ordering: .relaxed) >= 100, failed.add(1, ordering: .relaxed).newValue <= 120 {
                return .fail(500)
            }
            answered.add(1, ordering: .relaxed)
            return .answer
        }
        let troubled = try TroubledRun(
            rows: 400, retry: "{attempts: 4, base: 2ms, cap: 10ms, give_up_after: 2m}", account: account)
        try troubled.run()
        try troubled.expectOutcomes(kept: 400)
        #expect(account.asked == 520)
    }

    /// The key is refused from the middle of the run on; with one that is taken, the same command goes on.
    @Test func aKeyThatIsRefusedInTheMiddleOfTheRunLosesNothing() throws {
        let isRefused = Atomic(true)
        let account = Account(latency: .milliseconds(5)) { [number = Atomic(0)] _ in
            number.add(1, ordering: .relaxed).newValue > 100 && isRefused.load(ordering: .relaxed)
                ? .fail(401) : .answer
        }
        let troubled = try TroubledRun(rows: 300, account: account)
        let result = try troubled.run(expecting: 3)
        #expect(
            result.output.contains(
                "deferred because provider 'teacher' refused the key; check the secret named in api_key (HTTP 401: so the test "
                    + "says)"), "\(result)")
        try troubled.expectOutcomes(kept: 100, deferred: 200)
        let refused = account.asked - 100
        #expect(refused <= 16)
        isRefused.store(false, ordering: .relaxed)
        try troubled.run()
        try troubled.expectOutcomes(kept: 300)
        #expect(account.asked == 300 + refused)
    }

    /// Rows that differ in everything but their prompt.
    @Test func equalPromptsAreAskedOnceAlsoAcrossAKill() throws {
        let account = Account(latency: .milliseconds(5))
        let troubled = try TroubledRun(rows: 0, account: account)
        let graph = Graphs.asking(candidates: 1, shardRows: 50)
            .replacingOccurrences(of: "columns: {text: utf8}", with: "columns: {text: utf8, asked: utf8}")
            .replacingOccurrences(of: "question: canonical.text", with: "question: asked")
        try troubled.workspace.folder.write("graph.yaml", graph)
        let rows = (0..<400).map { "{\"text\": \"Row \($0)\", \"asked\": \"Question \($0 / 2)?\"}\n" }
        try troubled.workspace.folder.write("lines.jsonl", rows.joined())
        let process = try troubled.workspace.start(["run", "graph.yaml", "-q"])
        account.after(answers: 70) { process.signalIfAlive(SIGKILL) }
        let killed = try process.wait()
        #expect(killed.isSignalled)
        try troubled.server.settle(account)
        let asked = account.asked
        try troubled.run()
        try troubled.expectOutcomes(kept: 400)
        #expect(account.asked <= 216 && account.asked > asked)
        #expect(troubled.askedAgain.values.allSatisfy { $0 == 2 })
    }
}
