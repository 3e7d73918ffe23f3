import PluginABI

/// Reads the values of one Arrow array that somebody else owns.
///
/// Indices count from the array's own offset. Valid as long as the batch it is of.
public struct ColumnView {
    private let array: UnsafePointer<ArrowArray>

    init(_ array: UnsafePointer<ArrowArray>) {
        self.array = array
    }

    var length: Int { Int(array.pointee.length) }

    /// The position of a row in the buffers.
    private func position(_ row: Int) -> Int { Int(array.pointee.offset) + row }

    private func buffer<T>(_ index: Int, of type: T.Type) -> UnsafePointer<T>? {
        array.pointee.buffers?[index]?.assumingMemoryBound(to: type)
    }

    func isNull(_ row: Int) -> Bool {
        guard array.pointee.null_count != 0, let validity = buffer(0, of: UInt8.self) else { return false }
        let bit = position(row)
        return validity[bit >> 3] & (1 << UInt8(bit & 7)) == 0
    }

    func bool(_ row: Int) -> Bool {
        guard let bits = buffer(1, of: UInt8.self) else { return false }
        let bit = position(row)
        return bits[bit >> 3] & (1 << UInt8(bit & 7)) != 0
    }

    func int64(_ row: Int) -> Int64 {
        buffer(1, of: Int64.self)?[position(row)] ?? 0
    }

    func float64(_ row: Int) -> Double {
        buffer(1, of: Double.self)?[position(row)] ?? 0
    }

    /// The bytes of a text or a binary value, borrowed.
    func bytes(_ row: Int) -> UnsafeRawBufferPointer {
        let range = elements(row)
        guard !range.isEmpty, let data = buffer(2, of: UInt8.self) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(start: data + range.lowerBound, count: range.count)
    }

    /// Where the elements of a list stand in its child, and the bytes of a text in its data.
    func elements(_ row: Int) -> Range<Int> {
        guard let offsets = buffer(1, of: Int32.self) else { return 0..<0 }
        let position = position(row)
        return Int(offsets[position])..<Int(offsets[position + 1])
    }

    /// The child of a list, whose indices are those of `elements`.
    var elementColumn: ColumnView? { child(0) }

    /// A member of a struct, and the index of this row in it.
    func member(_ index: Int, _ row: Int) -> (column: ColumnView, row: Int)? {
        child(index).map { ($0, position(row)) }
    }

    private func child(_ index: Int) -> ColumnView? {
        guard index < array.pointee.n_children, let child = array.pointee.children?[index] else { return nil }
        return ColumnView(child)
    }
}
