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
    /// Columns by whose value reports are grouped, and columns of verdicts, among those the node adds.
    let facets: [String]
    let verdicts: [String]
    var executor: (any NodeExecutor)?
    var meter = NodeMeter()
    private(set) var queue: [(batch: EngineBatch, since: UInt64)] = []

    struct Consumer {
        var node: Int
        var input: Int
    }

    init(index: Int, plan: NodePlan, graph: Plan) {
        self.index = index
        self.plan = plan
        input = Self.input(of: plan, graph)
        consumers = Self.consumers(of: .node(index), graph)
        merge = plan.inputs.count > 1 ? SampleMerge(inputs: plan.inputs.count, schema: input) : nil
        let added: [ColumnSpec] = if case .use(let use) = plan.verb { use.step.adds } else { [] }
        facets = added.filter { $0.tags.contains(.facet) }.map(\.field.name)
        verdicts = added.filter { $0.tags.contains(.verdict) }.map(\.field.name)
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

    var queued: Int { queue.count }

    func enqueue(_ batch: EngineBatch, input slot: Int) {
        if let merge {
            guard let merged = merge.add(batch, input: slot, schema: input) else { return }
            queue.append((merged, monotonicNanoseconds()))
        } else {
            queue.append((batch, monotonicNanoseconds()))
        }
    }

    /// The next batch, with its waiting time noted.
    func dequeue() -> EngineBatch {
        let (batch, since) = queue.removeFirst()
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
