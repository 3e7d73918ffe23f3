import DataPlane

/// A node in the engine: its executor, what waits for it, and where its rows go.
final class Station {
    let index: Int
    let plan: NodePlan
    let input: Schema
    /// Which nodes read from this one, and as which of their inputs.
    let consumers: [Consumer]
    /// For a node with several inputs.
    let merge: SampleMerge?
    /// Counts what its tagged columns hold.
    let tags: TagCounter
    var executor: (any NodeExecutor)?
    var meter = NodeMeter()
    private var queue: [(batch: EngineBatch, since: UInt64)] = []
    /// Where batches wait that nobody shall wait for; nil for most nodes.
    private let parking: Parking?
    /// Why batches cannot wait on disk; they wait in memory then, until somebody asks.
    private(set) var failure: Failure?

    struct Consumer {
        var node: Int
        var input: Int
    }

    /// - Parameter spoolFolder: where batches wait for a model that is slower than another one before it.
    init(index: Int, plan: NodePlan, graph: Plan, spoolFolder: String) {
        self.index = index
        self.plan = plan
        input = Self.input(of: plan, graph)
        consumers = Self.consumers(of: .node(index), graph)
        merge = plan.inputs.count > 1 ? SampleMerge(inputs: plan.inputs.count, schema: input) : nil
        parking = graph.asksAnotherRole(before: index) ? Parking(folder: spoolFolder, schema: input) : nil
        tags = TagCounter(index, in: graph)
    }

    static func consumers(of input: NodeInput, _ graph: Plan) -> [Consumer] {
        graph.nodes.enumerated().flatMap { node, plan in
            plan.inputs.enumerated().filter { $0.element == input }.map { Consumer(node: node, input: $0.offset) }
        }
    }

    /// The columns that come in: those that all inputs have in common.
    private static func input(of plan: NodePlan, _ graph: Plan) -> Schema {
        let schemas = plan.inputs.map { $0.schema(in: graph) }
        guard let first = schemas.first else { return Schema([]) }
        return Schema(
            first.fields.compactMap { field in
                let others = schemas.compactMap { schema in
                    schema.fields.first { $0.name == field.name && $0.type == field.type }
                }
                guard others.count == schemas.count else { return nil }
                return Field(field.name, field.type, nullable: others.contains(where: \.nullable))
            })
    }

    var queued: Int { queue.count + (parking?.batches ?? 0) }
    /// Source rows that wait on disk.
    var parkedRows: Int { parking?.rows ?? 0 }

    /// Whether the nodes before this one may go on.
    ///
    /// - Parameter batches: how many batches may wait in memory.
    func hasRoom(_ batches: Int) -> Bool {
        if merge != nil { return true }
        return parking.map { $0.rows < Parking.mostRows } ?? (queue.count < batches)
    }

    /// - Parameter inMemory: how many batches may wait in memory, where others can wait on disk.
    func enqueue(_ batch: EngineBatch, input slot: Int, inMemory: Int) {
        guard let merge else { return wait(batch, inMemory: inMemory) }
        if let merged = merge.add(batch, input: slot, schema: input) { wait(merged, inMemory: inMemory) }
    }

    private func wait(_ batch: EngineBatch, inMemory: Int) {
        if let parking, parking.batches > 0 || queue.count >= inMemory, failure == nil {
            do throws(Failure) {
                return try parking.add(batch)
            } catch {
                failure = error
            }
        }
        queue.append((batch, monotonicNanoseconds()))
    }

    /// The next batch, with its waiting time noted.
    func dequeue() throws(Failure) -> EngineBatch {
        guard let (batch, since) = queue.isEmpty ? try parking?.popFirst() : queue.removeFirst() else {
            preconditionFailure("nothing waits before \(plan.id)")
        }
        meter.waited(nanoseconds: monotonicNanoseconds() - since)
        return batch
    }
}

extension NodeInput {
    /// The columns of the rows that come from there.
    func schema(in graph: Plan) -> Schema {
        switch self {
        case .source: Schema(HostColumns.source + graph.source.columns.map(\.field))
        case .node(let index): graph.nodes[index].output
        }
    }
}
