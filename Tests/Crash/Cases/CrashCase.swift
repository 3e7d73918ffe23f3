import CSQLite
import DataPlane
import Foundation
import Testing

/// A run that is killed and started again until it ends, and the account of what it has asked.
///
/// What must hold of the account: **an answer is never paid for twice, once it is recorded**; what was not recorded at a kill
/// is asked again once, and that is at most what was under way.
final class CrashCase: Sendable {
    let workspace: Workspace
    let account: Account
    let server: CountingServer
    /// Requests under way at once, of both roles together.
    static let places = 2 * concurrency
    static let concurrency = 4

    /// Makes a workspace with the graph, its rows and its providers.
    init(
        _ rows: CrashRows, account: Account = Account(), server: CountingServer? = nil
    ) throws {
        self.account = account
        self.server = try server ?? CountingServer.shared.get()
        workspace = try Workspace(graph: rows.graph, pluginPath: try CrashRows.plugins.get().path)
        try workspace.folder.write("lines.jsonl", rows.lines)
        try workspace.folder.write("providers.yaml", CrashRows.providers(url: self.server.open(account)))
    }

    /// What was lost at kills and has to be asked once more for each.
    struct Bill {
        fileprivate var expected: [String: Int] = [:]
        fileprivate(set) var lost = 0
        fileprivate(set) var kills = 0
    }

    /// Starts the command; waits for its end.
    ///
    /// - Parameter onStart: gets the process, for instance to kill it.
    func run(
        environment: [String: String] = [:], onStart: (ChildProcess) throws -> Void = { _ in }
    ) throws -> ChildProcess.Result {
        let process = try workspace.start(["run", "graph.yaml", "-q"], environment: environment)
        try onStart(process)
        return try process.wait()
    }

    /// Starts the command and lets it be killed at a point.
    ///
    /// - Returns: whether it has come there.
    @discardableResult
    func run(
        to point: FaultPoint, _ bill: inout Bill, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Bool {
        let result = try run(environment: point.environment(in: workspace).merging(environment) { $1 })
        if result.isSignalled {
            try noteKill(&bill, point.testDescription, sourceLocation: sourceLocation)
        } else {
            #expect(result.status == 0, "\(point.testDescription): \(result)", sourceLocation: sourceLocation)
        }
        return result.isSignalled
    }

    /// Notes what a kill has lost, and checks that it is no more than it may be.
    func noteKill(_ bill: inout Bill, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try server.settle(account)
        bill.kills += 1
        let recorded = try recordedTexts()
        let requests = account.requests
        let session = requests.filter { $0.session == bill.kills }
        let lost = session.filter { !recorded.isSuperset(of: $0.texts) }
        #expect(
            lost.count <= Self.places, "\(what): more is lost than was under way", sourceLocation: sourceLocation)
        // A request goes out at the earliest in the turn in which the one before it on its connection is recorded, so all but
        // the last two of a connection are.
        for (_, asked) in Dictionary(grouping: session, by: \.connection) {
            let old = asked.dropLast(2).filter { $0.isAnswered && !recorded.isSuperset(of: $0.texts) }
            #expect(
                old.map(\.question) == [], "\(what): an answer was used and not recorded",
                sourceLocation: sourceLocation)
        }
        for request in lost { bill.expected["\(request.model) \(request.question)", default: 0] += 1 }
        bill.lost += lost.count
        account.beginSession()
    }

    /// Runs the command to its end and compares everything with a run that nobody has disturbed.
    func finish(
        _ bill: Bill, as undisturbed: UndisturbedRun, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try run()
        #expect(result.status == 0, "\(what): \(result)", sourceLocation: sourceLocation)
        try server.settle(account)
        try check(bill, as: undisturbed, what, sourceLocation: sourceLocation)
    }

    func check(
        _ bill: Bill, as undisturbed: UndisturbedRun, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let run = try workspace.runFolder()
        try run.expectSameBytes(as: undisturbed.run, sourceLocation: sourceLocation)
        let verification = try workspace.verify(run)
        #expect(verification.status == 0, "\(what): \(verification)", sourceLocation: sourceLocation)
        var asked: [String: Int] = [:]
        for request in account.requests { asked["\(request.model) \(request.question)", default: 0] += 1 }
        let expected = undisturbed.asked.merging(bill.expected) { $0 + $1 }
        let wrong = Set(asked.keys).union(expected.keys).filter { asked[$0] != expected[$0] }.sorted().map {
            "\($0): asked \(asked[$0] ?? 0) times, not \(expected[$0] ?? 0)"
        }
        #expect(wrong == [], "\(what)", sourceLocation: sourceLocation)
        try checkLedger(run, what, sourceLocation: sourceLocation)
    }

    /// Nothing that the provider will bill is missing in the ledger; at most what was written down and then not sent is too
    /// much.
    private func checkLedger(_ run: RunFolder, _ what: String, sourceLocation: SourceLocation) throws {
        let ledger = try LedgerFile(run.path + "/ledger")
        for (role, spent) in ledger.roles {
            let requests = account.requests.filter { $0.model == "\(role)-model" }
            let tokens = requests.reduce(0) {
                $0 + CountingServer.promptTokens + CountingServer.completionTokensPerChoice * Int64($1.choices)
            }
            #expect(
                spent.requests >= requests.count && spent.tokens >= tokens,
                "\(what): the ledger says \(spent) for \(role), the provider \(requests.count) requests, \(tokens) tokens",
                sourceLocation: sourceLocation)
        }
        let asked = Set(account.requests.map { $0.model.replacing("-model", with: "") })
        #expect(asked.isSubset(of: ledger.roles.keys), "\(what)", sourceLocation: sourceLocation)
    }

    /// The texts that the kill has left: in the store of replies, or on their way into it.
    private func recordedTexts() throws -> Set<String> { try committedTexts().union(try keptTexts()) }

    /// The texts in the files beside the store.
    private func keptTexts() throws -> [String] {
        let runs = workspace.folder.file("runs")
        // A run that was killed early has not made it yet.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
        return try names.filter { $0.hasPrefix("replies.sqlite.intake-") }.flatMap { name in
            // What follows the last line end is half a line.
            let lines = try Data(contentsOf: URL(filePath: "\(runs)/\(name)")).split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            return try lines.dropLast().compactMap { line in
                let fields = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [Any])
                return fields[3] is NSNull ? fields[4] as? String : nil
            }
        }
    }

    /// The texts in the store, which is looked at in a copy: the next start finds it as the kill has left it.
    private func committedTexts() throws -> Set<String> {
        let copy = try TemporaryFolder()
        for name in ["replies.sqlite", "replies.sqlite-wal", "replies.sqlite-journal"] {
            let file = workspace.folder.file("runs/\(name)")
            if FileManager.default.fileExists(atPath: file) {
                try FileManager.default.copyItem(atPath: file, toPath: copy.file(name))
            }
        }
        var database: OpaquePointer?
        var statement: OpaquePointer?
        defer {
            sqlite3_finalize(statement)
            sqlite3_close(database)
        }
        try #require(sqlite3_open(copy.file("replies.sqlite"), &database) == SQLITE_OK)
        // A store that was killed while it was made has no table yet.
        let code = sqlite3_prepare_v2(database, "SELECT text FROM replies WHERE code IS NULL", -1, &statement, nil)
        guard code == SQLITE_OK else {
            try #require(code == SQLITE_ERROR, "\(String(cString: sqlite3_errmsg(database)))")
            return []
        }
        var texts: Set<String> = []
        while sqlite3_step(statement) == SQLITE_ROW {
            texts.insert(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
        }
        return texts
    }
}

/// A run of the same rows that nobody has disturbed.
struct UndisturbedRun: Sendable {
    let run: RunFolder
    /// How often each question was asked: once.
    let asked: [String: Int]
    let requests: Int
    let seconds: Double
    private let crashCase: CrashCase

    init(_ rows: CrashRows) throws {
        let crashCase = try CrashCase(rows)
        let start = Date()
        let result = try crashCase.run()
        seconds = Date().timeIntervalSince(start)
        try #require(result.status == 0, "\(result)")
        run = try crashCase.workspace.runFolder()
        let requests = crashCase.account.requests
        self.requests = requests.count
        asked = Dictionary(requests.map { ("\($0.model) \($0.question)", 1) }) { $0 + $1 }
        try #require(asked.values.allSatisfy { $0 == 1 })
        self.crashCase = crashCase
    }

    private static let few = Swift.Result { try UndisturbedRun(.few) }
    private static let many = Swift.Result { try UndisturbedRun(.many) }
    private static let vectors = Swift.Result { try UndisturbedRun(.vectors) }

    static func of(_ rows: CrashRows) throws -> UndisturbedRun {
        switch rows {
        case .few: try few.get()
        case .many: try many.get()
        case .vectors: try vectors.get()
        }
    }
}
