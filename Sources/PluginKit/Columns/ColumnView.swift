import PluginABI

/// Reads the values of one Arrow array that somebody else owns.
///
/// Indices count from the first row of the batch. Valid as long as the batch it is of.
public struct ColumnView {
    private let array: UnsafePointer<ArrowArray>

    /// The position of the first row in the buffers.
    @usableFromInline let offset: Int
    /// One bit a row; nil where no row is null.
    @usableFromInline let validity: UnsafePointer<UInt8>?
    /// Numbers, the bits of a bool column, or the offsets of texts and lists.
    @usableFromInline let values: UnsafeRawPointer?
    /// The bytes of texts.
    @usableFromInline let data: UnsafeRawPointer?

    /// - Parameter firstRow: the row of the array that counts as the first, after the array's own offset.
    init(_ array: UnsafePointer<ArrowArray>, firstRow: Int = 0) {
        let buffers = array.pointee.buffers
        let count = array.pointee.n_buffers
        self.array = array
        offset = Int(array.pointee.offset) + firstRow
        validity = array.pointee.null_count == 0 ? nil : buffers?[0]?.assumingMemoryBound(to: UInt8.self)
        values = count > 1 ? buffers?[1] : nil
        data = count > 2 ? buffers?[2] : nil
    }

    var length: Int { Int(array.pointee.length) }

    @inlinable
    func isNull(_ row: Int) -> Bool {
        guard let validity else { return false }
        let bit = offset &+ row
        return validity[bit >> 3] & (1 << UInt8(bit & 7)) == 0
    }

    @inlinable
    func bool(_ row: Int) -> Bool {
        guard let bits = values?.assumingMemoryBound(to: UInt8.self) else { return false }
        let bit = offset &+ row
        return bits[bit >> 3] & (1 << UInt8(bit & 7)) != 0
    }

    @inlinable
    func int64(_ row: Int) -> Int64 {
        values?.assumingMemoryBound(to: Int64.self)[offset &+ row] ?? 0
    }

    @inlinable
    func float64(_ row: Int) -> Double {
        values?.assumingMemoryBound(to: Double.self)[offset &+ row] ?? 0
    }

    /// The bytes of a text or a binary value, borrowed.
    @inlinable
    func bytes(_ row: Int) -> UnsafeRawBufferPointer {
        let range = elements(row)
        guard let data else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: data + range.lowerBound, count: range.upperBound &- range.lowerBound)
    }

    /// Where the elements of a list stand in its child, and the bytes of a text in its data.
    @inlinable
    func elements(_ row: Int) -> Range<Int> {
        guard let offsets = values?.assumingMemoryBound(to: Int32.self) else { return 0..<0 }
        let first = offsets + (offset &+ row)
        return Range(uncheckedBounds: (Int(first[0]), Int(first[1])))
    }

    /// The child of a list, whose indices are those of `elements`.
    @usableFromInline var elementColumn: ColumnView? { child(0) }

    /// A member of a struct, and the index of this row in it.
    func member(_ index: Int, _ row: Int) -> (column: ColumnView, row: Int)? {
        child(index).map { ($0, offset + row) }
    }

    private func child(_ index: Int) -> ColumnView? {
        guard index < array.pointee.n_children, let child = array.pointee.children?[index] else { return nil }
        return ColumnView(child)
    }
}
