import Blocking
import DataPlane
import Foundation
import Testing

/// Kill it anywhere, run the same command again: nothing lost, nothing paid for twice.
@Suite(.blocking) struct ResumeTests {
    /// Rows to be interrupted at.
    enum Rows: String, CaseIterable {
        /// Two roles, one asked about the other's answers, over generated questions.
        case generated
        /// Text2SQL over the real data.
        case real

        static let present = Package.hasRealData ? allCases : [.generated]

        /// The graph and the server, with shards small enough to be sealed all along.
        func make(concurrency: Int = 32) throws -> (workspace: Workspace, server: ChatServer) {
            if self == .real {
                let realCase = try RealCase(questions: 220)
                let graph = try Package.text("Tests/EndToEnd/Graphs/text2sql.yaml")
                try realCase.workspace.folder.write(
                    "graph.yaml", graph.replacingOccurrences(of: "shard_rows: 256", with: "shard_rows: 48"))
                return (realCase.workspace, try realCase.serve(concurrency: concurrency))
            }
            let workspace = try Workspace(graph: Graphs.judging)
            try workspace.folder.write("lines.jsonl", lines((0..<220).map { "What is number \($0 % 200)?" }))
            let script = """
                {"default": {"teacher-model": ["one to {question}", "two to {question}"], "judge-model": ["{question}!"]},
                 "latency_ms": [0, 12]}
                """
            let server = try ChatServer(script: try workspace.folder.write("script.json", script))
            try workspace.writeProviders(url: server.url, concurrency: concurrency)
            return (workspace, server)
        }
    }

    /// A run that nothing disturbs, and the server's work for it.
    struct Undisturbed: Sendable {
        let workspace: Workspace
        let run: RunFolder
        let asked: Int

        init(_ rows: Rows) throws {
            let (workspace, server) = try rows.make()
            self.workspace = workspace
            try workspace.run()
            run = try workspace.runFolder()
            asked = try server.counts(settled: true).asked
        }

        private static let generated = Swift.Result { try Undisturbed(.generated) }
        private static let real = Swift.Result { try Undisturbed(.real) }

        static func of(_ rows: Rows) throws -> Undisturbed {
            switch rows {
            case .generated: try generated.get()
            case .real: try real.get()
            }
        }
    }

    /// Requests whose answers are in the store of replies.
    static func recorded(_ workspace: Workspace) throws -> Int {
        let counts = try Oracle.json(
            "Tests/EndToEnd/Servers/recorded_replies.py", [workspace.folder.file("runs/replies.sqlite")])
        // The teacher gives two replies to a request.
        return Int(counts["teacher-model"]?.int ?? 0) / 2 + Int(counts["judge-model"]?.int ?? 0)
    }

    /// Programs that still run in a folder.
    static func processes(in folder: TemporaryFolder) throws -> [String] {
        let real = URL(filePath: folder.path).resolvingSymlinksInPath().path
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            Int(name) != nil
                && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")) == real
                && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/exe")) != nil
        }
    }

    @Test(arguments: Rows.present, [11, 12] as [UInt64])
    func aRunThatIsKilledAgainAndAgainEndsWithTheSameBytes(_ rows: Rows, seed: UInt64) throws {
        let undisturbed = try Undisturbed.of(rows)
        let (workspace, server) = try rows.make(concurrency: 8)
        var random = SeededNumbers(seed: seed)
        var targets = (0..<6).map { _ in Int.random(in: 0...undisturbed.asked, using: &random) }.sorted()
        targets.append(undisturbed.asked)
        var lost = 0
        var kills = 0
        var moments: [String] = []
        for target in targets {
            // The moment is one of the work, not of the clock, and then a little later.
            let delay = UInt32.random(in: 0...120_000, using: &random)
            let process = try workspace.start(["run", "graph.yaml"])
            var isKilled = false
            let before = try server.counts().asked
            let result = try process.wait {
                guard !isKilled, try server.counts().asked >= max(target, before + 1) else { return }
                usleep(delay)
                isKilled = process.signalIfAlive(SIGKILL)
            }
            let asked = try server.counts(settled: true).asked
            moments.append("\(asked) requests and \(delay / 1000) ms: status \(result.status)")
            guard result.isSignalled else {
                #expect(result.status == 0, "\(result)")
                break
            }
            kills += 1
            try process.waitUntilGone(in: workspace.folder)
            let newlyLost = asked - (try Self.recorded(workspace)) - lost
            #expect(
                newlyLost >= 0 && newlyLost <= 16, "\(moments): more was lost than was in flight with two providers")
            lost += newlyLost
        }
        print("\(rows) rows, seed \(seed), killed after \(moments.joined(separator: "; "))")
        #expect(kills >= 3, "\(moments)")
        try workspace.run()
        let run = try workspace.runFolder()
        try run.expectSameBytes(as: undisturbed.run)
        // What was answered and recorded was never asked again; what was in flight was asked again once.
        let counts = try server.counts(settled: true)
        #expect(counts.asked == undisturbed.asked + lost, "\(moments)")
        #expect(try Self.recorded(workspace) == undisturbed.asked)
        #expect(try workspace.verify(run).status == 0)
        let sessions = try run.events.filter { $0["event"]?.string == "session_started" }.count
        #expect(sessions >= 2)
    }

    /// A server that never says the same twice: what a row has been given is what is recorded, or a replay shows it.
    @Test func whatWasUsedBeforeAKillIsWhatIsRecorded() throws {
        let (workspace, _) = try Rows.generated.make()
        let script = """
            {"default": {"teacher-model": ["{number} to {question}", "{number} again"], "judge-model": ["{number}"]},
             "latency_ms": [0, 12]}
            """
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: server.url, concurrency: 8)
        var random = SeededNumbers(seed: 21)
        for _ in 0..<5 {
            let before = try server.counts().asked
            let target = before + Int.random(in: 20..<150, using: &random)
            let process = try workspace.start(["run", "graph.yaml"])
            _ = try process.wait {
                if try server.counts().asked >= target { process.signalIfAlive(SIGKILL) }
            }
            try process.waitUntilGone(in: workspace.folder)
        }
        try workspace.run()
        let asked = try server.counts(settled: true).asked
        try workspace.run(["--replies", "runs/replies.sqlite"], runs: "replay")
        #expect(try server.counts(settled: true).asked == asked, "a replay asks nothing")
        try workspace.runFolder(in: "replay").expectSameBytes(as: workspace.runFolder())
    }

    /// Two processes, one store: whoever asked second uses the first one's answer.
    @Test func twoRunsAtOnceUseTheSameAnswers() throws {
        let (workspace, _) = try Rows.generated.make()
        let script = """
            {"default": {"teacher-model": ["{number} to {question}", "{number} again"], "judge-model": ["{number}"]},
             "latency_ms": [0, 12]}
            """
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: server.url, concurrency: 8)
        let both = try ["a", "b"].map {
            try workspace.start(["run", "graph.yaml", "--runs", $0, "--replies", "shared.sqlite"])
        }
        for process in both {
            let result = try process.wait()
            #expect(result.status == 0, "\(result)")
        }
        let (a, b) = (try workspace.runFolder(in: "a"), try workspace.runFolder(in: "b"))
        try b.expectSameBytes(as: a)
        // Every question was asked by one of them at least, and by each of them once at most.
        let asked = try server.counts().asked
        #expect(asked >= 600 && asked <= 1200)
    }

    /// As Ctrl-C does it: the whole process group gets the signal.
    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func aRunThatIsInterruptedEndsInGoodOrderAndGoesOn(signal: Int32, status: Int32) throws {
        let undisturbed = try Undisturbed.of(.generated)
        let (workspace, server) = try Rows.generated.make(concurrency: 8)
        let process = try workspace.start(["run", "graph.yaml"])
        var isStopped = false
        let result = try process.wait {
            guard !isStopped, try server.counts().asked >= undisturbed.asked / 3 else { return }
            isStopped = process.signalIfAlive(signal, group: true)
        }
        #expect(result.status == status && !result.isSignalled, "\(result)")
        #expect(result.errors.contains("stopping: what is under way is finished first; once more to stop at once\n"))
        #expect(result.output.hasSuffix("  go on with the same command: \(Package.executable) run graph.yaml\n"))
        let run = try workspace.runFolder()
        #expect(try run.events.last?["reason"]?.string == "interrupted")
        #expect(try run.events.last?["status"]?.int == Int64(status))
        let verification = try workspace.verify(run)
        #expect(verification.status == 0, "\(verification)")
        #expect(try server.counts(settled: true).asked < undisturbed.asked, "it was over before it was stopped")
        try workspace.run()
        try run.expectSameBytes(as: undisturbed.run)
        // In good order: what was in flight was waited for, so nothing at all was asked twice.
        #expect(try server.counts(settled: true).asked == undisturbed.asked)
    }

    @Test func aSecondSignalEndsTheRunAtOnce() throws {
        let workspace = try Workspace(graph: Graphs.asking)
        try workspace.folder.write("lines.jsonl", "{\"text\": \"never answered\"}\n")
        let script = try workspace.folder.write("script.json", #"{"faults": {"never answered": [{"hold": true}]}}"#)
        let server = try ChatServer(script: script)
        try workspace.writeProviders(url: server.url)
        let process = try workspace.start(["run", "graph.yaml"])
        try process.waitUntil("the question is asked") { try server.counts().asked == 1 }
        process.signalIfAlive(SIGINT)
        try process.waitUntil("the signal is heard") { process.errorsSoFar.contains("stopping:") }
        process.signalIfAlive(SIGINT)
        let result = try process.wait()
        #expect(result.status == 130 && !result.isSignalled, "\(result)")
        // Not in good order: the session has no end.
        #expect(try workspace.runFolder().events.contains { $0["event"]?.string == "session_ended" } == false)
    }
}

extension ChildProcess {
    /// Waits until the workers of a killed host are gone too.
    func waitUntilGone(in folder: TemporaryFolder) throws {
        let deadline = Date(timeIntervalSinceNow: 30)
        while true {
            let left = try ResumeTests.processes(in: folder)
            if left.isEmpty { return }
            try #require(Date() < deadline, "workers outlive their host: \(left)")
            usleep(5000)
        }
    }
}
