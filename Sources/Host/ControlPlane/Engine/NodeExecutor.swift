import DataPlane

/// Does the work of one node, on the engine's thread.
///
/// Work that takes long happens elsewhere: the executor starts it, and the engine calls `resume` when it is done.
protocol NodeExecutor: AnyObject {
    /// Whether another batch can be started now.
    var canStart: Bool { get }
    /// Samples or batches that are under way.
    var inFlight: Int { get }
    /// Takes a batch; results go to ``NodeContext/finish(_:drops:)``, now or later.
    func start(_ batch: EngineBatch) throws(Failure)
    /// Goes on with what ``NodeContext/post`` has brought back.
    func resume(_ message: NodeMessage) throws(Failure)
    /// When what is complete and is held back to make larger batches has to go out, in ``monotonicNanoseconds()``; nil when
    /// nothing is.
    var flushDue: UInt64? { get }
    /// Hands out what is complete and has been held back.
    func flush()
}

extension NodeExecutor {
    var canStart: Bool { true }
    var inFlight: Int { 0 }
    func resume(_ message: NodeMessage) throws(Failure) {}
    var flushDue: UInt64? { nil }
    func flush() {}
}

/// The result of work that was done on another thread.
enum NodeMessage: Sendable {
    case step(ticket: Int, Result<StepOutput, Failure>)
    case completion(ticket: Int, [CompletionOutcome])
}

/// What an executor has of the engine.
struct NodeContext {
    let plan: NodePlan
    /// The columns of the rows that come in.
    let input: Schema
    let journal: Journal
    /// Notes how long a piece of work took, in nanoseconds: a batch, or for `complete` a request.
    let worked: (UInt64) -> Void
    /// Sends the result of work on another thread back to this node.
    let post: @Sendable (NodeMessage) -> Void
    /// Passes rows on and settles the source rows a batch covers.
    ///
    /// - Parameters:
    ///   - before: the rows as they came in, which the drops count.
    ///   - after: the rows that leave, covering the same source rows.
    let finish: (_ before: EngineBatch, _ after: EngineBatch, _ drops: [Drop]) -> Void
}

/// The node's own column for rows of which some passed it by.
///
/// - Parameters:
///   - added: the columns for the rows that did not, in order.
///   - isPassing: for each row that leaves, whether it passed by.
func nodeColumn(_ fields: [Field], added: [Column], isPassing: [Bool]) -> Column {
    let type = DataType.structure(fields)
    if !isPassing.contains(true) {
        return Column(type: type, length: isPassing.count, children: added)
    }
    let builder = ColumnBuilder(type)
    var next = 0
    for passes in isPassing {
        if passes {
            builder.appendNull()
        } else {
            for (child, column) in zip(builder.children, added) { child.append(from: column, row: next) }
            builder.appendValid()
            next += 1
        }
    }
    return builder.finish()
}
