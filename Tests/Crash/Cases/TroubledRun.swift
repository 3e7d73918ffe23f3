import DataPlane
import Foundation
import Testing

/// A run that asks one role about every row, of a server that gives it trouble.
struct TroubledRun: Sendable {
    let workspace: Workspace
    let account: Account
    let server: CountingServer

    /// - Parameters:
    ///   - rows: how many questions; ``question(_:)`` is the text of one.
    ///   - concurrency: requests under way at once.
    ///   - retry: as in a providers file.
    ///   - server: nil for the one that tests share.
    ///   - nodes: those that follow the teacher, and `roles` what they ask.
    init(
        rows: Int, concurrency: Int = 16, retry: String = "{attempts: 5, base: 20ms, cap: 200ms, give_up_after: 2m}",
        server: CountingServer? = nil, head: String = "", account: Account, roles: [String] = ["teacher"],
        nodes: String = ""
    ) throws {
        self.account = account
        self.server = try server ?? CountingServer.shared.get()
        workspace = try Workspace(graph: Graphs.asking(candidates: 1, shardRows: 100) + nodes)
        try workspace.folder.write("lines.jsonl", lines((0..<rows).map(Self.question)))
        try workspace.writeProviders(
            url: self.server.open(account), concurrency: concurrency, retry: retry, models: roles, head: head)
    }

    /// Runs the graph and expects a status.
    @discardableResult
    func run(expecting status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> ChildProcess.Result
    {
        let result = try workspace.command(["run", "graph.yaml", "-q"])
        #expect(result.status == status, "\(result)", sourceLocation: sourceLocation)
        return result
    }

    static func question(_ row: Int) -> String { "Question \(row)?" }

    /// The row of a question.
    static func row(_ request: Account.Request) -> Int { Int(request.question.dropFirst(9).dropLast()) ?? -1 }

    var outcomes: JSONValue? { get throws { try workspace.runFolder().quality["outcomes"] } }

    func expectOutcomes(
        kept: Int, rejected: Int = 0, deferred: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcomes = try outcomes
        #expect(
            outcomes?["kept"]?.int == Int64(kept) && outcomes?["rejected"]?.int == Int64(rejected)
                && outcomes?["deferred"]?.int == Int64(deferred),
            "\(outcomes?.compact ?? "no report")", sourceLocation: sourceLocation)
    }

    /// How often each question was asked that was asked more than once.
    var askedAgain: [String: Int] {
        var times: [String: Int] = [:]
        for request in account.requests { times[request.question, default: 0] += 1 }
        return times.filter { $0.value > 1 }
    }
}
