import DataPlane
import Foundation
import Synchronization
import Testing

@testable import ControlPlane

/// Runs a graph on the real engine and the real artifact store, with steps and a model that are closures.
///
/// Steps and answers come back late and in another order than they were asked in, by a seed.
final class EngineRun {
    typealias Row = [String: JSONValue]
    /// What a step makes of a row: the added rows, or a rejection.
    enum Answer: Sendable {
        case added([Row])
        case rejected(String)
        case crashed
    }

    let folder: String
    private let graph: String
    private let steps: [StepSpec]
    private let work: [String: @Sendable (Row) -> Answer]
    /// Told of every batch that goes to a step.
    var onBatch: @Sendable (_ step: String, _ rows: Int) -> Void = { _, _ in }
    private let model: @Sendable (CompletionRequest, Int) -> CompletionOutcome

    init(
        graph: String, rows: [String], steps: [StepSpec] = [],
        work: [String: @Sendable (Row) -> Answer] = [:],
        model: @escaping @Sendable (CompletionRequest, Int) -> CompletionOutcome = { _, _ in
            .deferred(reason: "no model")
        }
    ) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "engine-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try (rows.joined(separator: "\n") + "\n").write(
            toFile: folder + "/rows.jsonl", atomically: true, encoding: .utf8)
        // The graph has to name a file that is there; the model is a closure here, so nobody reads it.
        try "fastdistill: 1".write(toFile: folder + "/providers.yaml", atomically: true, encoding: .utf8)
        self.graph = graph
        self.steps = steps
        self.work = work
        self.model = model
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func plan() throws -> Plan {
        let document = try GraphDocument.parse(Array(graph.utf8), path: folder + "/graph.yaml")
        let spec = PluginSpec(id: "t", version: SemanticVersion(1, 0, 0), summary: "", toolchain: "c", steps: steps)
        let plugin = ResolvedPlugin(spec: spec, sha256: String(repeating: "0", count: 64), path: "")
        return try GraphChecker { _, _, _ in .success(plugin) }.check(document)
    }

    /// Starts or goes on with a run in the folder `name`.
    func start(_ name: String = "run", seed: UInt64 = 1, batchRows: Int = 4) throws -> EngineResult {
        let plan = try plan()
        let directory = folder + "/" + name
        let store = try ArtifactStore(runDirectory: directory, stages: plan.stages)
        var settings = EngineSettings()
        settings.batchRows = batchRows
        settings.openRows = 64
        let late = LateCalls(seed: seed)
        defer { late.stop() }
        var runners: [Int: any StepRunner] = [:]
        for (index, node) in plan.nodes.enumerated() {
            guard case .use(let use) = node.verb, let work = work[use.step.id] else { continue }
            runners[index] = ClosureRunner(use: use, late: late, onBatch: onBatch, work: work)
        }
        let books = booksFile
        let source = plan.source
        let engine = Engine(
            plan: plan, settings: settings,
            parts: EngineParts(
                runID: "run", contractHash: "0", runners: runners,
                completer: ClosureCompleter(late: late, model: model),
                makeReader: { () throws(Failure) in try SourceReader(source) }, store: store,
                duplicates: DuplicateIndex(spillFolder: directory + "/spool"),
                spoolFolder: directory + "/spool",
                journal: try Journal(path: directory + "/journal"), events: NoEvents(),
                writeBooks: { shard, entry throws(Failure) in
                    try replaceFile(books(name, shard), with: entry.json.pretty)
                },
                onProgress: { _ in }),
            sealed: try sealedBooks(store, name), stop: EngineStop())
        return try engine.run()
    }

    private var booksFile: @Sendable (String, Int) -> String {
        let folder = folder
        return { name, shard in "\(folder)/\(name)/books-\(shard).json" }
    }

    private func sealedBooks(_ store: ArtifactStore, _ name: String) throws -> [Int: Books] {
        var sealed: [Int: Books] = [:]
        for shard in store.sealedShards {
            let text = try String(contentsOfFile: booksFile(name, shard), encoding: .utf8)
            sealed[shard] = Books(json: try JSONParser().parse(text))
        }
        return sealed
    }

    /// The rows of a stage, all shards.
    func rows(_ stage: String, _ name: String = "run") throws -> [JSONValue] {
        let folder = "\(folder)/\(name)/artifacts/\(stage)"
        var rows: [JSONValue] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let reader = try ParquetReader(path: "\(folder)/\(file)", batchRows: 1000)
            while let batch = try reader.next() {
                rows += (0..<batch.rowCount).map { row in
                    .object(zip(batch.schema.fields, batch.columns).map { ($0.name, $1.json(row)) })
                }
            }
        }
        return rows
    }

    /// All files of artifacts, manifests and books, by path.
    func bytes(_ name: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        let root = "\(folder)/\(name)"
        for case let path as String in try #require(FileManager.default.enumerator(atPath: root)) {
            let isResult = ["artifacts", "manifests", "books"].contains { path.hasPrefix($0) }
            if isResult, let data = FileManager.default.contents(atPath: "\(root)/\(path)") { files[path] = data }
        }
        return files
    }
}

/// Calls back on a thread of its own, in an order that a seed decides.
private final class LateCalls: Sendable {
    private let calls = Mailbox<(@Sendable () -> Void)?>()
    private let thread: ServiceThread

    init(seed: UInt64) {
        let calls = self.calls
        thread = ServiceThread(name: "late") {
            var state = seed
            var waiting: [@Sendable () -> Void] = []
            while true {
                for call in calls.receive(deadlineNanoseconds: waiting.isEmpty ? nil : monotonicNanoseconds()) {
                    guard let call else { return }
                    waiting.append(call)
                }
                guard !waiting.isEmpty else { continue }
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                waiting.remove(at: Int((state >> 33) % UInt64(waiting.count)))()
            }
        }
    }

    func later(_ call: @escaping @Sendable () -> Void) { calls.send(call) }

    func stop() {
        calls.send(nil)
        thread.join()
    }
}

private struct NoEvents: EventSink {
    func record(_ kind: String, _ members: [(String, JSONValue)]) {}
}

private struct ClosureCompleter: Completer {
    let late: LateCalls
    let model: @Sendable (CompletionRequest, Int) -> CompletionOutcome

    func admission(role: String) -> Int { 5 }

    func submit(_ request: CompletionRequest, completion: @escaping @Sendable ([CompletionOutcome]) -> Void) {
        let outcomes = (0..<request.decode.candidates).map { model(request, $0) }
        late.later { completion(outcomes) }
    }
}

private struct ClosureRunner: StepRunner {
    let reads: [Field]
    let adds: [Field]
    let parallelism = 3
    let late: LateCalls
    let onBatch: @Sendable (Int) -> Void
    let work: @Sendable (EngineRun.Row) -> EngineRun.Answer

    init(
        use: UsePlan, late: LateCalls, onBatch: @escaping @Sendable (String, Int) -> Void,
        work: @escaping @Sendable (EngineRun.Row) -> EngineRun.Answer
    ) {
        let step = use.step.id
        self.onBatch = { onBatch(step, $0) }
        reads = use.bindings.map(\.offered)
        adds = use.step.adds.map(\.field)
        self.late = late
        self.work = work
    }

    func run(_ call: StepCall, completion: @escaping @Sendable (Result<StepOutput, Failure>) -> Void) {
        onBatch(call.batch.rowCount)
        let builders = adds.map { ColumnBuilder($0.type) }
        var parents: [Int] = []
        var rejects: [StepReject] = []
        for row in 0..<call.batch.rowCount {
            let cells = zip(reads, call.batch.columns).map { ($0.name, $1.json(row)) }
            switch work(Dictionary(uniqueKeysWithValues: cells)) {
            case .rejected(let code): rejects.append(StepReject(parent: row, code: code, detail: nil))
            case .crashed:
                rejects.append(StepReject(parent: row, code: "plugin_crashed", detail: "SIGSEGV", isBackstop: true))
            case .added(let added):
                for values in added {
                    parents.append(row)
                    for (builder, field) in zip(builders, adds) { builder.append(json: values[field.name] ?? .null) }
                }
            }
        }
        let added = RecordBatch(
            schema: Schema(adds), columns: builders.map { $0.finish() }, rowCount: parents.count)
        let output = StepOutput(added: added, parents: parents, rejects: rejects)
        late.later { completion(.success(output)) }
    }

    func shutdown() {}
}

extension ColumnBuilder {
    fileprivate func append(json value: JSONValue) {
        switch value {
        case .null: appendNull()
        case .bool(let value): append(value)
        case .int(let value): append(value)
        case .double(let value): append(value)
        case .string(let value): append(value)
        case .array(let elements):
            for element in elements { children[0].append(json: element) }
            appendValid()
        case .object(let members):
            for (child, member) in zip(children, members) { child.append(json: member.1) }
            appendValid()
        }
    }
}
