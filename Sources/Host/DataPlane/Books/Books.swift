/// What became of the source rows at one node, or in a whole run.
///
/// Counted in source rows, each once; ``isBalanced`` is the promise that none has vanished.
public struct Tally: Sendable, Equatable {
    public var rowsIn = 0
    /// Left the node; for a run: kept.
    public var rowsOut = 0
    /// Ended here, by outcome other than `kept`.
    public var ended: [Outcome: Int] = [:]
    /// Of the rejected ones, by code.
    public var codes: [String: Int] = [:]

    public init() {}

    public var isBalanced: Bool { rowsIn == rowsOut + ended.values.reduce(0, +) }

    /// The rows with an outcome, `kept` among them; for the tally of a run.
    public func count(_ outcome: Outcome) -> Int { outcome == .kept ? rowsOut : ended[outcome, default: 0] }

    public mutating func add(_ other: Tally) {
        rowsIn += other.rowsIn
        rowsOut += other.rowsOut
        ended.merge(other.ended, uniquingKeysWith: +)
        codes.merge(other.codes, uniquingKeysWith: +)
    }
}

/// The books of a run or of one of its shards.
public struct Books: Sendable, Equatable {
    /// The source first, then the nodes, in graph order.
    public var nodes: [(name: String, tally: Tally)]
    /// How the source rows ended.
    public var run = Tally()
    /// Rows (not source rows) in each stage.
    public var stages: [String: Int] = [:]
    /// Facet name to facet value to the outcomes of the source rows that have it.
    public var facets: [String: [ExactText: Tally]] = [:]
    /// What the tagged columns hold.
    public var tags = TagBooks()
    /// Verdict column to verdict to rows.
    public var verdicts: [String: [String: Int]] {
        get { tags.verdicts }
        set { tags.verdicts = newValue }
    }
    /// Task to what became of its rows; under ``unknownTask`` those of which the task is not known.
    public var tasks: [ExactText: TaskBooks] = [:]

    /// Stands for a task in ``tasks``: no row has an empty `task_id`.
    public static let unknownTask: ExactText = ""

    /// A task as a person reads it.
    public static func title(ofTask task: ExactText) -> String { task == unknownTask ? "(unknown)" : task.text }

    public init(nodes names: [String]) {
        nodes = names.map { ($0, Tally()) }
    }

    public static func == (left: Books, right: Books) -> Bool { left.json == right.json }

    /// The names of nodes whose books do not balance, `task NAME` for tasks, `run` if the whole does not, and `tasks` if
    /// they do not add up to it.
    public var unbalanced: [String] {
        var names = nodes.filter { !$0.tally.isBalanced }.map(\.name)
        names += tasks.filter { !$0.value.run.isBalanced }.map { "task \($0.key.text)" }.sorted()
        if !run.isBalanced { names.append("run") }
        if tasks.values.reduce(into: Tally(), { $0.add($1.run) }) != run { names.append("tasks") }
        return names
    }

    /// Adds the books of other rows of the same graph.
    public mutating func add(_ other: Books) {
        for index in nodes.indices where index < other.nodes.count { nodes[index].tally.add(other.nodes[index].tally) }
        run.add(other.run)
        stages.merge(other.stages, uniquingKeysWith: +)
        for (facet, values) in other.facets {
            for (value, tally) in values { facets[facet, default: [:]][value, default: Tally()].add(tally) }
        }
        tags.add(other.tags)
        for (task, books) in other.tasks { tasks[task, default: TaskBooks()].add(books) }
    }

    /// Sums what is past the bound of values of a facet.
    public mutating func boundFacets() {
        for facet in facets.keys { FacetValues.bound(&facets[facet, default: [:]]) { $0.add($1) } }
        for pair in tags.facetVerdicts.keys {
            FacetValues.bound(&tags.facetVerdicts[pair, default: CrossTable()].rows) {
                $0.merge($1, uniquingKeysWith: +)
            }
        }
    }
}
