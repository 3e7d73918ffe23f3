import Blocking
import Foundation
import Testing

/// Ends that are not crashes: a signal while the provider is silent, a store of replies that is gone, budgets across kills.
@Suite(.blocking) struct StopTests {
    /// What is under way is waited for, but not for ever.
    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func aProviderThatIsSilentIsNotWaitedForForEver(signal: Int32, status: Int32) throws {
        let server = try CountingServer()
        defer { server.stop() }
        let account = Account { $0.time == 1 && TroubledRun.row($0) == 7 ? .hold : .answer }
        let troubled = try TroubledRun(rows: 20, server: server, account: account)
        let process = try troubled.workspace.start(["run", "graph.yaml", "-q"])
        try process.waitUntil("all others are answered") { account.answered == 19 && account.asked == 20 }
        process.signalIfAlive(signal)
        let result = try process.wait()
        #expect(result.status == status && !result.isSignalled, "\(result)")
        #expect(try troubled.workspace.runFolder().events.last?["reason"]?.string == "interrupted")
        try troubled.expectOutcomes(kept: 19, deferred: 1)
        try troubled.run()
        try troubled.expectOutcomes(kept: 20)
        #expect(account.asked == 21)
    }

    /// What is sealed stays; only what is not has to be asked anew.
    @Test func aStoreThatIsDeletedCostsOnlyWhatIsNotSealed() throws {
        let undisturbed = try UndisturbedRun.of(.many)
        let crashCase = try CrashCase(.many, account: Account(latency: .milliseconds(1)))
        let result = try crashCase.run { process in
            crashCase.account.after(answers: undisturbed.requests * 2 / 3) { process.signalIfAlive(SIGKILL) }
        }
        #expect(result.isSignalled)
        try crashCase.server.settle(crashCase.account)
        let run = try crashCase.workspace.runFolder()
        let sealed = try json(run.path + "/manifests/index.json")["shards"]?.array?.count ?? 0
        let asked = crashCase.account.asked
        for name in ["replies.sqlite", "replies.sqlite-wal", "replies.sqlite-shm"] {
            try FileManager.default.removeItem(atPath: crashCase.workspace.folder.file("runs/\(name)"))
        }
        let again = try crashCase.run()
        #expect(again.status == 0, "\(again)")
        try run.expectSameBytes(as: undisturbed.run)
        #expect(try crashCase.workspace.verify(run).status == 0)
        let askedAgain = crashCase.account.requests.count { $0.time == 2 }
        #expect(crashCase.account.asked == undisturbed.requests + askedAgain)
        #expect(askedAgain <= asked && (sealed == 0 || askedAgain < asked), "\(sealed) shards were sealed")
        // Nothing is left to ask for, with a store or without.
        try FileManager.default.removeItem(atPath: crashCase.workspace.folder.file("runs/replies.sqlite"))
        #expect(try crashCase.run().status == 0)
        #expect(crashCase.account.asked == undisturbed.requests + askedAgain)
        try run.expectSameBytes(as: undisturbed.run)
    }

    /// A cap holds over kills at any moment; what was under way then counts, whether the provider had got it or not.
    @Test(arguments: (0..<4).map { FaultPoints.seed &* 100 &+ $0 } as [UInt64])
    func aBudgetHoldsAcrossKills(seed: UInt64) throws {
        let undisturbed = try UndisturbedRun.of(.many)
        let crashCase = try CrashCase(.many, account: Account(latency: .milliseconds(1)))
        let teacher = { crashCase.account.requests.count { $0.model == "teacher-model" } }
        let all = undisturbed.asked.keys.count { $0.hasPrefix("teacher-model") }
        var random = SeededNumbers(seed: seed)
        let url = crashCase.server.open(crashCase.account)
        var budget = all / 2
        try crashCase.workspace.folder.write("providers.yaml", CrashRows.providers(url: url, teacherRequests: budget))
        for _ in 0..<5 {
            let answers = Int.random(in: 1...8, using: &random)
            let delay = UInt32.random(in: 0...3000, using: &random)
            let result = try crashCase.run { process in
                crashCase.account.after(answers: answers) {
                    usleep(delay)
                    process.signalIfAlive(SIGKILL)
                }
            }
            try crashCase.server.settle(crashCase.account)
            #expect(teacher() <= budget, "seed \(seed)")
            #expect(result.isSignalled || result.status == 3, "seed \(seed): \(result)")
        }
        #expect(try crashCase.run().status == 3, "seed \(seed)")
        #expect(teacher() <= budget, "seed \(seed)")
        budget = 2 * all
        try crashCase.workspace.folder.write("providers.yaml", CrashRows.providers(url: url, teacherRequests: budget))
        let result = try crashCase.run()
        #expect(result.status == 0, "seed \(seed): \(result)")
        try crashCase.workspace.runFolder().expectSameBytes(as: undisturbed.run)
    }
}
