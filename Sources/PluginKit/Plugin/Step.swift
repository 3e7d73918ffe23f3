/// What every kind of step has. Conform to `Step`, `ExpandingStep` or `GroupedStep`, which add `run`.
public protocol AnyStep: SendableMetatype {
    /// The step's name in graphs: `use: plugin/step`; `[a-z][a-z0-9_]*`.
    static var id: String { get }
    /// One line.
    static var summary: String { get }
    /// More, if there is more to say.
    static var doc: String { get }
    /// Whether the step must not read gold columns, nor what was made from them.
    static var isBlind: Bool { get }
    static var cardinality: Cardinality { get }
    /// Whether the step sees all candidates of a sample together.
    static var isGrouped: Bool { get }

    /// Declares columns and options. Runs twice; see `Declaration`.
    init(_ declare: inout Declaration) throws

    /// Prepares what is expensive: opens databases, compiles patterns. Runs once, before rows are processed.
    mutating func open() throws

    /// Processes all rows of a batch. Provided by `Step`, `ExpandingStep` and `GroupedStep`.
    func process(_ batch: Batch) throws(StepError)
}

extension AnyStep {
    public static var doc: String { "" }
    public static var isBlind: Bool { false }
    public static var isGrouped: Bool { false }
    public mutating func open() throws {}
}

/// A step that makes one row of each.
///
///     struct Shout: Step {
///         static let id = "upper"
///         static let summary = "Turns a text to upper case."
///
///         let text: Input<String>
///         let loud: Output<String>
///
///         init(_ declare: inout Declaration) {
///             text = declare.reads("text", doc: "The text.")
///             loud = declare.adds("loud", doc: "The text in upper case.")
///         }
///
///         func run(_ row: inout Row) {
///             row[loud] = row[text].uppercased()
///         }
///     }
public protocol Step: AnyStep {
    /// Sets the outputs of a row from its inputs, or throws `Reject`.
    ///
    /// A function of the row and the options alone: no state that changes, no network, no clock.
    func run(_ row: inout Row) throws
}

extension Step {
    public static var cardinality: Cardinality { .one }

    @inlinable
    public func process(_ batch: Batch) throws(StepError) {
        try batch.forEachRow { row in
            try run(&row)
            try row.batch.endOutputRow()
        }
    }
}

/// A step that makes one or more rows of each.
public protocol ExpandingStep: AnyStep {
    /// Sets the outputs and calls `emit` once for each row to make; at least once, or throws `Reject`.
    ///
    /// After `emit` the outputs are unset again.
    func run(_ row: inout Row, emit: () throws -> Void) throws
}

extension ExpandingStep {
    public static var cardinality: Cardinality { .many }

    @inlinable
    public func process(_ batch: Batch) throws(StepError) {
        try batch.forEachRow { row in
            let batch = row.batch
            try run(&row) { try batch.endOutputRow() }
            try batch.checkEmitted()
        }
    }
}
