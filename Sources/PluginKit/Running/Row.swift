/// A row that is being processed: its inputs can be read, its outputs set.
///
///     row[loud] = row[text].uppercased()
public struct Row: ~Copyable {
    @usableFromInline let batch: Batch
    @usableFromInline var position: Int

    @inlinable
    init(batch: Batch, position: Int) {
        self.batch = batch
        self.position = position
    }

    /// The row's number in its batch, from 0.
    @inlinable
    public var index: Int { position }

    /// The value of an input.
    @inlinable
    public subscript<T>(_ input: Input<T>) -> T {
        guard let column = batch.column(input.slot) else {
            fatalError("PluginKit: an Input was used that another step declared.")
        }
        return T.read(column, position)
    }

    /// The value of an optional input; nil for a null, and when the column is not bound.
    @inlinable
    public subscript<T>(_ input: OptionalInput<T>) -> T? {
        guard let column = batch.column(input.slot), !column.isNull(position) else { return nil }
        return T.read(column, position)
    }

    /// Sets an output. Setting it again replaces the value.
    @inlinable
    public subscript<T>(_ output: Output<T>) -> T {
        @available(*, unavailable, message: "an output can only be set")
        get { fatalError("PluginKit: an output can only be set.") }
        nonmutating set { batch.set(output.slot) { newValue.append(to: $0) } }
    }

    /// Sets a text output from its bytes, which must be UTF-8. Quicker than `row[output]`.
    @inlinable
    public func set(_ output: Output<String>, utf8 bytes: UnsafeRawBufferPointer) {
        batch.set(output.slot) { $0.append(bytes) }
    }

    /// Sets a text output from its bytes, which must be UTF-8; nil makes it null.
    @inlinable
    public func set(_ output: Output<String?>, utf8 bytes: UnsafeRawBufferPointer?) {
        batch.set(output.slot) { column in
            if let bytes { column.append(bytes) } else { column.appendNull() }
        }
    }

    /// Sets a text output to the UTF-8 that `write` puts into its place, without a `String` in between.
    ///
    ///     row.set(loud, capacity: bytes.count) { text in
    ///         for byte in bytes { text.append(upper(byte)) }
    ///     }
    ///
    /// - Parameters:
    ///   - capacity: the most bytes that `write` may append.
    ///   - write: appends the bytes of the text.
    @inlinable
    public mutating func set(
        _ output: Output<String>, capacity: Int, _ write: (inout OutputSpan<UInt8>) throws -> Void
    ) rethrows {
        try batch.set(output.slot) { try $0.append(capacity: capacity, write) }
    }

    /// Sets a text output that can be null to the UTF-8 that `write` puts into its place.
    @inlinable
    public mutating func set(
        _ output: Output<String?>, capacity: Int, _ write: (inout OutputSpan<UInt8>) throws -> Void
    ) rethrows {
        try batch.set(output.slot) { try $0.append(capacity: capacity, write) }
    }

    /// The bytes of a text without a copy: UTF-8, valid until `run` returns. Quicker than `row[input]`.
    @inlinable
    public func utf8(_ input: Input<String>) -> UnsafeRawBufferPointer {
        batch.column(input.slot)?.bytes(position) ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The bytes of a text without a copy; nil for a null.
    @inlinable
    public func utf8(_ input: Input<String?>) -> UnsafeRawBufferPointer? { borrowed(input.slot) }

    /// The bytes of a text without a copy; nil for a null, and when the column is not bound.
    @inlinable
    public func utf8(_ input: OptionalInput<String>) -> UnsafeRawBufferPointer? { borrowed(input.slot) }

    @inlinable
    func borrowed(_ slot: Int) -> UnsafeRawBufferPointer? {
        guard let column = batch.column(slot), !column.isNull(position) else { return nil }
        return column.bytes(position)
    }

    /// A number for this row, the only allowed source of randomness: the same for the same values of the columns that the
    /// step reads, in whatever batch they come, as long as the node is the same.
    ///
    /// - Complexity: O(bytes of the row).
    public var seed: UInt64 { batch.seed(ofRow: position) }

    /// Where and when the batch runs.
    public var context: Context { batch.context }
}
