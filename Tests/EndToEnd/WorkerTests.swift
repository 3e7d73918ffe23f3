import Blocking
import DataPlane
import Foundation
import Testing

/// What befalls workers from outside is no verdict on the row they were on.
@Suite(.blocking) struct WorkerTests {
    static let texts = ["one", "two", "wait", "three"]

    /// A run whose worker stands at a row until the file `go` is there.
    static func waiting() throws -> (workspace: Workspace, host: ChildProcess) {
        let workspace = try FixturePlugin.workspace("waits_for_file", texts: texts)
        let host = try workspace.start(FaultyPluginTests.run)
        try host.waitUntil("the row is begun") {
            FileManager.default.fileExists(atPath: workspace.folder.file("started"))
        }
        return (workspace, host)
    }

    /// The processes in which steps run: each is the child of a warden, which is the child of the host.
    static func workers(of host: ChildProcess) throws -> [pid_t] {
        try children(of: host.pid).flatMap { try children(of: $0) }
    }

    private static func children(of parent: pid_t) throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
            guard let pid = pid_t(name),
                let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            else { return nil }
            return status.contains("\nPPid:\t\(parent)\n") ? pid : nil
        }
    }

    static func expectAllKept(_ workspace: Workspace) throws {
        let run = try workspace.runFolder()
        let kept = try run.query("SELECT copy.copy AS copy FROM stage ORDER BY ordinal", stage: "distilled")
        #expect(kept.map { $0["copy"]?.string } == texts)
        #expect(try String(contentsOfFile: run.path + "/journal", encoding: .utf8) == "")
    }

    /// As service managers do it, which stop all processes of a service at once.
    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func aSignalToAllProcessesStopsTheRunAndBlamesNoRow(signal: Int32, status: Int32) throws {
        let (workspace, host) = try Self.waiting()
        let workers = try Self.workers(of: host)
        #expect(workers.count == 1)
        for process in try Self.children(of: host.pid) + workers { kill(process, signal) }
        host.signalIfAlive(signal)
        try host.waitUntil("the signal is heard") { host.errorsSoFar.contains("stopping:") }
        try workspace.folder.write("go", "")
        let result = try host.wait()
        #expect(result.status == status, "\(result)")
        let again = try workspace.command(FaultyPluginTests.run)
        #expect(again.status == 0, "\(again)")
        try Self.expectAllKept(workspace)
    }

    @Test func aWorkerThatIsKilledOnceIsReplacedAndItsRowTriedAgain() throws {
        let (workspace, host) = try Self.waiting()
        for worker in try Self.workers(of: host) { kill(worker, SIGKILL) }
        try workspace.folder.write("go", "")
        let result = try host.wait()
        #expect(result.status == 0, "\(result)")
        try Self.expectAllKept(workspace)
    }

    @Test func workersEndWithTheirHost() throws {
        let (workspace, host) = try Self.waiting()
        host.signalIfAlive(SIGKILL)
        #expect(try host.wait().isSignalled)
        try host.waitUntilGone(in: workspace.folder)
    }

    @Test func aWorkerSeesWhatItsNodeLists() throws {
        let texts = ["LISTED_IN_THE_GRAPH", "NOT_LISTED"]
        let workspace = try FixturePlugin.workspace(
            "environment", texts: texts, node: "environment: [LISTED_IN_THE_GRAPH]")
        let variables = ["LISTED_IN_THE_GRAPH": "value-that-is-listed", "NOT_LISTED": "secret"]
        let result = try workspace.command(FaultyPluginTests.run, environment: variables)
        #expect(result.status == 0, "\(result)")
        let kept = try workspace.runFolder().query(
            "SELECT copy.copy AS copy FROM stage ORDER BY ordinal", stage: "distilled")
        #expect(kept.map { $0["copy"]?.string } == ["value-that-is-listed", "(not set)"])
        // The names are part of the contract and of its record, the values are nowhere.
        let record = try String(contentsOfFile: workspace.runFolder().path + "/run.json", encoding: .utf8)
        #expect(record.contains("LISTED_IN_THE_GRAPH") && !record.contains("value-that-is-listed"))
    }

    @Test func noSecretOfTheEnvironmentReachesAWorker() throws {
        let (workspace, host) = try Self.waiting()
        for worker in try Self.workers(of: host) {
            let environment = try Data(contentsOf: URL(filePath: "/proc/\(worker)/environ"))
            #expect(!environment.isEmpty)
            #expect(!String(decoding: environment, as: UTF8.self).contains("XDG_CACHE_HOME"))
        }
        try workspace.folder.write("go", "")
        #expect(try host.wait().status == 0)
    }
}
