import Blocking
import DataPlane
import Foundation
import Testing

/// Providers that are down, refuse, stumble or answer in part.
@Suite(.blocking) struct ProviderTests {
    static let texts = (1...12).map { "Question \($0)?" }

    /// A workspace that asks twelve questions, two candidates each.
    static func workspace(graph: String = Graphs.asking(candidates: 2, shardRows: 5)) throws -> Workspace {
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write("lines.jsonl", lines(texts))
        return workspace
    }

    /// A server that answers every question, after the faults of the script.
    static func server(_ workspace: Workspace, faults: String = "{}", port: Int = 0) throws -> ChatServer {
        let script = """
            {"default": {"teacher-model": ["one to {question}", "two to {question}"], "student-model": ["three to {question}"]},
             "faults": \(faults)}
            """
        return try ChatServer(script: try workspace.folder.write("script.json", script), port: port)
    }

    /// What comes of the questions when nothing goes wrong.
    static let undisturbed = Swift.Result { () throws -> (workspace: Workspace, run: RunFolder) in
        let workspace = try Self.workspace()
        let server = try Self.server(workspace)
        try workspace.writeProviders(url: server.url)
        try workspace.run()
        return (workspace, try workspace.runFolder())
    }

    @Test func aProviderThatIsDownDefersAndTheSameCommandGoesOn() throws {
        let workspace = try Self.workspace()
        let first = try Self.server(workspace)
        first.stop()
        try workspace.writeProviders(url: first.url, retry: "{base: 10ms, cap: 40ms, give_up_after: 300ms}")
        let down = try workspace.run(expecting: 3)
        #expect(down.output.contains("\n  12 rows: 0 kept, 12 deferred, 0 not_selected, 0 rejected, 0 duplicate\n"))
        #expect(
            down.output.contains(
                "\n  deferred because provider 'teacher' could not be reached for too long; check that it runs and its url "
                    + "(the request found nobody listening)\n"),
            "\(down)")
        #expect(down.output.hasSuffix("\n  go on with the same command: \(Package.executable) run graph.yaml\n"))
        let elsewhere = try workspace.command(
            ["run", "graph.yaml", "--runs", "where I want", "--run-id", "r.1", "--providers", "providers.yaml", "-q"])
        #expect(
            elsewhere.output.hasSuffix(
                "\n  go on with the same command: \(Package.executable) run graph.yaml --runs 'where I want' --run-id r.1 "
                    + "--providers providers.yaml\n"), "\(elsewhere)")
        let run = try workspace.runFolder()
        #expect(try run.quality["outcomes"]?["deferred"]?.int == 12)
        #expect(try run.quality["balanced"]?.bool == true)
        #expect(try run.events.contains { $0["event"]?.string == "provider_paused" })
        #expect(try workspace.verify(run).status == 0)

        let second = try Self.server(workspace, port: first.port)
        try workspace.run()
        try run.expectSameBytes(as: try Self.undisturbed.get().run)
        #expect(try second.counts(settled: true).asked == 12)
    }

    @Test(arguments: [["--quiet"], []])
    func anOutageIsToldWhileItLasts(_ arguments: [String]) throws {
        let workspace = try Self.workspace()
        let first = try Self.server(workspace)
        first.stop()
        try workspace.writeProviders(url: first.url, retry: "{base: 10ms, cap: 40ms, give_up_after: 90s}")
        let process = try workspace.start(["run", "graph.yaml"] + arguments)
        let words =
            "provider 'teacher' has answered nothing for 5 s (the request found nobody listening); it is tried again for "
            + "1 min 30 s at most\n"
        try process.waitUntil("the outage is told") { process.errorsSoFar.contains(words) }
        let second = try Self.server(workspace, port: first.port)
        defer { second.stop() }
        let result = try process.wait()
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.contains(words + "provider 'teacher' answers again\n") || arguments.isEmpty, "\(result)")
        #expect(result.errors.contains("provider 'teacher' answers again\n"), "\(result)")
        #expect(result.errors.components(separatedBy: words).count == 2, "\(result)")
    }

    @Test(arguments: [
        #"[{"status": 500}, {"status": 503}]"#, #"[{"status": 429, "retry_after": 0}]"#, #"[{"drop": true}]"#,
        #"[{"cut": true}, {"drop": true}]"#, #"[{"choices": 1}]"#,
    ])
    func whatPassesLeavesNoTraceInTheData(_ fault: String) throws {
        let workspace = try Self.workspace()
        let faults = "{" + [1, 4, 5, 11].map { "\"Question \($0)?\": \(fault)" }.joined(separator: ", ") + "}"
        let server = try Self.server(workspace, faults: faults)
        try workspace.writeProviders(url: server.url)
        try workspace.run()
        try workspace.runFolder().expectSameBytes(as: try Self.undisturbed.get().run)
        #expect(try server.counts().failed >= 4)
    }

    /// Many systems let a process have 1,024 files open until it asks for more.
    @Test func aLowLimitOfOpenFilesIsRaisedAsFarAsItMayBe() throws {
        let workspace = try Self.workspace()
        let server = try Self.server(workspace)
        try workspace.writeProviders(url: server.url)
        let raised = try workspace.start(["run", "graph.yaml"], after: "ulimit -Sn 16").wait()
        #expect(raised.status == 0, "\(raised)")
        try workspace.runFolder().expectSameBytes(as: try Self.undisturbed.get().run)
    }

    /// The rest of a run needs descriptors too, for its files and workers: connections leave them alone.
    @Test(arguments: ["127.0.0.1", "127.1"]) func connectionsLeaveDescriptorsToTheRestOfARun(_ host: String) throws {
        let workspace = try Self.workspace()
        let server = try ChatServer(
            script: try workspace.folder.write(
                "script.json",
                """
                {"default": {"teacher-model": ["one to {question}", "two to {question}"]}, "latency_ms": [50, 50]}
                """))
        try workspace.writeProviders(url: server.url.replacing("127.0.0.1", with: host))
        let result = try workspace.start(["run", "graph.yaml"], after: "ulimit -n 100").wait()
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output.contains(
                "\n  warning: there were too few file descriptors for as many connections as the providers' 'concurrency' allows; "
                    + "raise the limit of open files (ulimit -n)\n"), "\(result)")
        let run = try workspace.runFolder()
        try run.expectSameBytes(as: try Self.undisturbed.get().run)
        #expect(try run.events.contains { $0["failure"]?.string == "exhausted" })
        #expect(try server.counts(settled: true).asked == 12)
    }

    /// Connections that one provider has left open make room for those of another, whichever way each is spoken to.
    @Test(arguments: [("127.0.0.1", "127.1"), ("127.1", "127.0.0.1"), ("127.1", "localhost")])
    func noProviderKeepsAllConnections(_ teacher: String, _ judge: String) throws {
        let workspace = try Self.workspace(
            graph: Graphs.asking(candidates: 1) + """
                  - {id: again, use: text2sql/prompt, in: {question: teacher.text, schema: task_id}, with: {style: turns}}
                  - {id: judge, complete: {role: judge, decode: short}, in: {messages: again.messages}}

                """)
        let server = try ChatServer(
            script: try workspace.folder.write(
                "script.json",
                #"{"default": {"teacher-model": ["{question}!"], "judge-model": ["yes"]}, "latency_ms": [50, 50]}"#))
        let retry = "retry: {attempts: 5, base: 5ms, cap: 50ms, give_up_after: 10s}"
        let url = { (host: String) in server.url.replacing("127.0.0.1", with: host) }
        try workspace.folder.write(
            "providers.yaml",
            """
            fastdistill: 1
            providers:
              - {id: teacher, kind: openai, url: '\(url(teacher))', model: teacher-model, concurrency: 16, \(retry)}
              - {id: judge, kind: openai, url: '\(url(judge))', model: judge-model, concurrency: 16, \(retry)}
            roles: {teacher: [{provider: teacher}], judge: [{provider: judge}]}

            """)
        let result = try workspace.start(["run", "graph.yaml"], after: "ulimit -n 100").wait()
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("\n  12 rows: 12 kept, 0 deferred"), "\(result)")
    }

    /// What is wrong with all requests is mended in the graph or at the server, and then no row has been lost.
    @Test func whatIsRefusedInEveryRequestDefersAndTheSameCommandGoesOn() throws {
        let workspace = try Self.workspace()
        let faults = "{" + Self.texts.map { "\"\($0)\": [{\"status\": 400}]" }.joined(separator: ", ") + "}"
        let server = try Self.server(workspace, faults: faults)
        try workspace.writeProviders(url: server.url)
        let refused = try workspace.run(expecting: 3)
        server.stop()
        #expect(refused.output.contains("\n  12 rows: 0 kept, 12 deferred, 0 not_selected, 0 rejected, 0 duplicate\n"))
        #expect(
            refused.output.contains(
                "\n  deferred because provider 'teacher' refused every request in the same words; what all of them have in common "
                    + "is at fault, in the graph or in how the server was started (HTTP 400: so the script says)\n"),
            "\(refused)")
        let mended = try Self.server(workspace, port: server.port)
        defer { mended.stop() }
        try workspace.run()
        try workspace.runFolder().expectSameBytes(as: try Self.undisturbed.get().run)
    }

    /// A cap of requests, in three sessions: never more requests than the cap, none twice.
    @Test func aBudgetHoldsAndALargerOneGoesOn() throws {
        let workspace = try Self.workspace()
        let server = try Self.server(workspace)
        let budget = { (requests: Int) in
            try workspace.writeProviders(url: server.url, head: "budgets: {teacher: {requests: \(requests)}}\n")
        }
        try budget(5)
        let first = try workspace.run(expecting: 3)
        #expect(
            first.output.contains(
                "\n  deferred because the budget of role 'teacher' does not allow another request (5 of 5 requests); raise it in "
            ), "\(first)")
        #expect(try server.counts(settled: true).asked == 5)
        try workspace.run(expecting: 3)
        #expect(try server.counts(settled: true).asked == 5)
        try budget(12)
        try workspace.run()
        #expect(try server.counts(settled: true).asked == 12)
        let run = try workspace.runFolder()
        try run.expectSameBytes(as: try Self.undisturbed.get().run)
        #expect(
            try String(contentsOfFile: run.path + "/ledger", encoding: .utf8).hasPrefix(
                "{\"role\":\"teacher\",\"requests\":5,\"tokens\":"))
        #expect(try run.events.contains { $0["event"]?.string == "budget_reached" })
    }

    /// It answers with more than the sixteen tokens that it was allowed.
    @Test func aProviderThatDoesNotKeepToItsTokensIsWarnedOf() throws {
        let workspace = try Self.workspace()
        let script = #"{"default": {"teacher-model": ["\#(String(repeating: "word ", count: 400))", "short"]}}"#
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: server.url)
        let result = try workspace.run()
        let warning = try #require(result.output.split(separator: "\n").first { $0.contains("warning: ") })
        #expect(warning.hasPrefix("  warning: provider 'teacher' counts 514 tokens for a request that can use "))
        #expect(warning.hasSuffix("; a budget holds only as far as requests keep to 'max_tokens'"))
    }

    @Test func aDamagedLedgerStopsTheRunBeforeARequest() throws {
        let workspace = try Self.workspace()
        let server = try Self.server(workspace)
        try workspace.writeProviders(url: server.url, head: "budgets: {teacher: {requests: 5}}\n")
        try workspace.run(expecting: 3)
        let ledger = try workspace.runFolder().path + "/ledger"
        try Data("nonsense\n".utf8).write(to: URL(filePath: ledger))
        let again = try workspace.run(expecting: 1)
        #expect(
            again.errors.hasSuffix(
                "/ledger:1: error: the ledger of what this run has spent is damaged; restore it, or delete the run folder and "
                    + "start anew\n"), "\(again)")
        #expect(try server.counts(settled: true).asked == 5)
    }

    @Test(arguments: [401, 403])
    func aKeyThatIsRefusedDefersAtOnceAndTheRestGoesOnLater(status: Int) throws {
        let workspace = try Self.workspace()
        let server = try Self.server(workspace, faults: "{\"Question 7?\": [{\"status\": \(status)}]}")
        try workspace.writeProviders(url: server.url, concurrency: 1)
        let first = try workspace.run(expecting: 3)
        #expect(first.output.contains("\n  deferred because provider 'teacher' "), "\(first)")
        let asked = try server.counts(settled: true).asked
        #expect(asked < 12)
        try workspace.run()
        try workspace.runFolder().expectSameBytes(as: try Self.undisturbed.get().run)
        #expect(try server.counts(settled: true).asked == 13)
    }

    /// One candidate of a question is withheld. The other one stays, also when the shard is computed again.
    @Test func aRefusedCandidateDoesNotTakeTheOthersWithItWhenTheRunGoesOn() throws {
        let script = { (faults: String) in
            """
            {"default": {"teacher-model": ["one to {question}", "two to {question}"]},
             "replies": {"teacher-model": {"Question 3?": [{"replies": ["kept", {"text": "", "finish_reason": "content_filter"}]}]}},
             "faults": \(faults)}
            """
        }
        var runs: [(workspace: Workspace, run: RunFolder)] = []
        for (faults, status) in [("{}", 0), (#"{"Question 5?": [{"status": 401}]}"#, 3)] as [(String, Int32)] {
            let workspace = try Self.workspace()
            let server = try ChatServer(script: try workspace.folder.write("script.json", script(faults)))
            try workspace.writeProviders(url: server.url, concurrency: 1)
            try workspace.run(expecting: status)
            try workspace.run()
            runs.append((workspace, try workspace.runFolder()))
        }
        let kept = try runs[0].run.query(
            "SELECT teacher.text AS text FROM stage WHERE row_id = 'lines.jsonl:3'", stage: "distilled")
        #expect(kept == [["text": "kept"]])
        let refused = try runs[0].run.query("SELECT row_id, node, code FROM stage", stage: "rejected")
        #expect(refused == [["row_id": "lines.jsonl:3", "node": "teacher", "code": "content_filtered"]])
        try runs[1].run.expectSameBytes(as: runs[0].run)
    }

    /// Two roles on two ways, one of which is down: what came through the other does not make the row done.
    @Test func aRowThatWaitsOnOneWayIsNotDoneOnTheOther() throws {
        let graph =
            Graphs.head + """
                providers: providers.yaml
                shard_rows: 5
                decode: {short: {max_tokens: 16}}
                nodes:
                  - {id: canonical, use: canonical/canonicalize}
                  - {id: ids, identify: {decode: short}}
                  - {id: prompt, use: text2sql/prompt, in: {question: canonical.text, schema: task_id}, with: {style: turns}}
                  - {id: teacher, complete: {role: teacher, decode: short}, artifact: teacher_candidates}
                  - {id: student, from: prompt, complete: {role: student, decode: short}, artifact: student_candidates}
                  - {id: both, from: [teacher, student], use: rules/check, in: {text: canonical.text}}

                """
        let workspace = try Self.workspace(graph: graph)
        let server = try Self.server(workspace, faults: #"{"student-model: Question 8?": [{"status": 401}]}"#)
        try workspace.writeProviders(url: server.url, concurrency: 1, models: ["teacher", "student"])
        try workspace.run(expecting: 3)
        try workspace.run()
        let fresh = try Self.workspace(graph: graph)
        try fresh.writeProviders(url: server.url, models: ["teacher", "student"])
        try fresh.run()
        try workspace.runFolder().expectSameBytes(as: fresh.runFolder())
        let rows = try fresh.runFolder().query(
            "SELECT count(*) AS n, max(candidate) AS last FROM stage", stage: "distilled")
        #expect(rows == [["n": 24, "last": 1]])
    }
}
