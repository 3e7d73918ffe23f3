/// The candidates of one sample, in order: their inputs can be read at any time, their outputs are set row by row.
public struct Sample: ~Copyable {
    private let batch: Batch
    /// The sample's rows, by their number in the batch.
    let rows: Range<Int>
    /// The position of the sample in the source.
    public let ordinal: Int64
    private(set) var hasSetRows = false

    init(batch: Batch, rows: Range<Int>, ordinal: Int64) {
        self.batch = batch
        self.rows = rows
        self.ordinal = ordinal
    }

    /// How many rows there are; at least one. Candidates that were rejected upstream are not among them.
    public var count: Int { rows.count }

    /// The value of an input in row `index`, counted from 0 within the sample.
    @inlinable
    public subscript<T>(_ input: Input<T>, _ index: Int) -> T { row(index)[input] }

    /// The value of an optional input in row `index`; nil for a null, and when the column is not bound.
    @inlinable
    public subscript<T>(_ input: OptionalInput<T>, _ index: Int) -> T? { row(index)[input] }

    /// The bytes of a text in row `index` without a copy: UTF-8, valid until `run` returns.
    @inlinable
    public func utf8(_ input: Input<String>, _ index: Int) -> UnsafeRawBufferPointer { row(index).utf8(input) }

    /// The bytes of a text in row `index` without a copy; nil for a null.
    @inlinable
    public func utf8(_ input: Input<String?>, _ index: Int) -> UnsafeRawBufferPointer? { row(index).utf8(input) }

    // Never inlined: Swift 6.3.1 aborts when it specialises a generic function that makes a `~Copyable` struct.
    @inline(never)
    @usableFromInline
    func row(_ index: Int) -> Row {
        precondition(0 <= index && index < rows.count, "PluginKit: the sample has no such row.")
        return Row(batch: batch, position: rows.lowerBound + index)
    }

    /// Goes through the rows in order, to set their outputs. Going through them again starts over.
    ///
    /// A row for which `body` throws `Reject` is rejected alone. Without a call, all outputs are unset.
    ///
    /// - Parameter body: gets the row, and its number within the sample.
    public mutating func forEachRow(_ body: (inout Row, Int) throws -> Void) throws {
        hasSetRows = true
        try batch.setRows(rows, body)
    }

    /// A number for this sample: that of its first row, see `Row.seed`.
    public var seed: UInt64 { row(0).seed }

    /// Where and when the batch runs.
    public var context: Context { batch.context }
}
