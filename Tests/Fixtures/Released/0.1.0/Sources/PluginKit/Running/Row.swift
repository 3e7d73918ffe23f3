/// A row that is being processed: its inputs can be read, its outputs set.
///
///     row[loud] = row[text].uppercased()
public struct Row: ~Copyable {
    let batch: Batch

    /// The row's number in its batch, from 0.
    public internal(set) var index: Int

    /// The value of an input.
    public subscript<T>(_ input: Input<T>) -> T {
        guard let column = batch.column(input.slot) else {
            fatalError("PluginKit: an Input was used that another step declared.")
        }
        return T.read(column, batch.firstRow + index)
    }

    /// The value of an optional input; nil for a null, and when the column is not bound.
    public subscript<T>(_ input: OptionalInput<T>) -> T? {
        guard let column = batch.column(input.slot), !column.isNull(batch.firstRow + index) else { return nil }
        return T.read(column, batch.firstRow + index)
    }

    /// Sets an output. Setting it again replaces the value.
    public subscript<T>(_ output: Output<T>) -> T {
        @available(*, unavailable, message: "an output can only be set")
        get { fatalError("PluginKit: an output can only be set.") }
        nonmutating set { batch.set(output.slot, to: newValue) }
    }

    /// The bytes of a text without a copy: UTF-8, valid until `run` returns. Quicker than `row[input]`.
    public func utf8(_ input: Input<String>) -> UnsafeRawBufferPointer {
        batch.column(input.slot)?.bytes(batch.firstRow + index) ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The bytes of a text without a copy; nil for a null.
    public func utf8(_ input: Input<String?>) -> UnsafeRawBufferPointer? {
        guard let column = batch.column(input.slot), !column.isNull(batch.firstRow + index) else { return nil }
        return column.bytes(batch.firstRow + index)
    }

    /// A number for this row, the same whenever the same batch runs: the only allowed source of randomness.
    ///
    /// The batch's seed and the row's number, mixed by SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    public var seed: UInt64 {
        var z = context.seed &+ 0x9E37_79B9_7F4A_7C15 &* (UInt64(index) &+ 1)
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Where and when the batch runs.
    public var context: Context { batch.context }
}
