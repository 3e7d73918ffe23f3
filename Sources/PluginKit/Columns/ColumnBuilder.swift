import PluginABI

/// Builds one Arrow array, value by value, and can go back to an earlier length.
///
/// A value that is put in with a row that is later rejected is taken out again with `truncate`.
///
/// The functions that every value takes can be inlined into the step, and nothing they touch is checked for exclusive
/// access: a builder is used by one thread, and none of its functions calls back.
public final class ColumnBuilder {
    let type: ColumnType
    @usableFromInline let isNullable: Bool
    @exclusivity(unchecked) @usableFromInline var count = 0

    /// Set once the texts or elements of this batch no longer fit 32-bit offsets.
    @exclusivity(unchecked) @usableFromInline var isOverfull = false

    @usableFromInline let children: [ColumnBuilder]
    /// Whether there has been a null. Before, there is no bitmap.
    @exclusivity(unchecked) @usableFromInline var hasNulls = false
    @exclusivity(unchecked) @usableFromInline var validity: Bits
    @exclusivity(unchecked) @usableFromInline var bits: Bits
    /// Numbers, or the offsets of texts and lists.
    @exclusivity(unchecked) @usableFromInline var fixed: Storage
    /// The bytes of texts.
    @exclusivity(unchecked) @usableFromInline var data: Storage

    /// - Parameters:
    ///   - capacity: how many values are expected.
    ///   - bytesPerText: how long the texts are expected to be. Beyond 1 MiB room is only made when it is needed.
    init(_ type: ColumnType, isNullable: Bool, capacity: Int, bytesPerText: Int = 32) {
        self.type = type
        self.isNullable = isNullable
        validity = Bits(capacity: 0)
        bits = Bits(capacity: type == .bool ? max(capacity, 1) : 0)
        switch type {
        case .bool, .structure: fixed = Storage(capacity: 0)
        case .int64, .float64: fixed = Storage(capacity: max(capacity, 1) * 8)
        case .utf8, .binary, .list: fixed = Storage(capacity: (capacity + 1) * 4)
        }
        switch type {
        case .utf8, .binary: data = Storage(capacity: min(max(capacity, 1) * bytesPerText, 1 << 20))
        default: data = Storage(capacity: 0)
        }
        switch type {
        case .list(let element):
            children = [ColumnBuilder(element.type, isNullable: element.isNullable, capacity: capacity)]
        case .structure(let fields):
            children = fields.map { ColumnBuilder($0.type, isNullable: $0.isNullable, capacity: capacity) }
        default: children = []
        }
        switch type {
        case .utf8, .binary, .list: fixed.append(Int32(0))
        default: break
        }
    }

    /// The builder of a list's elements.
    @usableFromInline var elements: ColumnBuilder { children[0] }

    /// The builder of a struct's member.
    func member(_ index: Int) -> ColumnBuilder { children[index] }

    /// How many bytes of texts there are.
    var textBytes: Int { data.count }

    @inlinable
    @inline(__always)
    func ended() {
        if hasNulls { validity.append(true) }
        count &+= 1
    }

    @inlinable
    func append(_ value: Bool) {
        bits.append(value)
        ended()
    }

    @inlinable
    func append(_ value: Int64) {
        fixed.append(value)
        ended()
    }

    @inlinable
    func append(_ value: Double) {
        fixed.append(value)
        ended()
    }

    @inlinable
    func append(_ bytes: UnsafeRawBufferPointer) {
        if let start = bytes.baseAddress, data.hasRoom(for: bytes.count) || makeRoom(for: bytes.count) {
            (data.bytes + data.count).copyMemory(from: start, byteCount: bytes.count)
            data.count &+= bytes.count
        }
        endText()
    }

    /// Makes room for more bytes of texts, unless 32-bit offsets could not reach them.
    @usableFromInline
    @inline(never)
    func makeRoom(for bytes: Int) -> Bool {
        if data.count + bytes > Int(Int32.max) {
            isOverfull = true
            return false
        }
        data.grow(to: data.count + bytes)
        return true
    }

    /// Appends a text that `write` puts into `capacity` bytes.
    @inlinable
    func append(capacity: Int, _ write: (inout OutputSpan<UInt8>) throws -> Void) rethrows {
        if data.hasRoom(for: capacity) || makeRoom(for: capacity) {
            let start = (data.bytes + data.count).assumingMemoryBound(to: UInt8.self)
            let room = UnsafeMutableBufferPointer(start: start, count: max(capacity, 0))
            var text = OutputSpan<UInt8>(buffer: room, initializedCount: 0)
            try write(&text)
            data.count &+= text.finalize(for: room)
        }
        endText()
    }

    @inlinable
    @inline(__always)
    func endText() {
        fixed.append(Int32(truncatingIfNeeded: data.count))
        ended()
    }

    @inlinable
    func append(_ text: String) {
        let appended: Void? = text.utf8.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
        if appended == nil { Array(text.utf8).withUnsafeBytes { append($0) } }
    }

    /// Ends a list whose elements have been put into `elements`.
    @usableFromInline
    func endList() {
        if elements.count > Int(Int32.max) { isOverfull = true }
        fixed.append(Int32(truncatingIfNeeded: elements.count))
        ended()
    }

    /// Ends a struct whose members have each been put into `member`.
    func endStructure() {
        ended()
    }

    @usableFromInline
    func appendNull() {
        switch type {
        case .bool: bits.append(false)
        case .int64, .float64: fixed.append(Int64(0))
        case .utf8, .binary: fixed.append(Int32(truncatingIfNeeded: data.count))
        case .list: fixed.append(Int32(truncatingIfNeeded: elements.count))
        case .structure: for child in children { child.appendNull() }
        }
        if isNullable {
            if !hasNulls { for _ in 0..<count { validity.append(true) } }
            hasNulls = true
            validity.append(false)
        }
        count += 1
    }

    /// Takes out everything after the first `length` values.
    @usableFromInline
    func truncate(to length: Int) {
        guard length < count else { return }
        count = length
        if hasNulls { validity.truncate(to: length) }
        switch type {
        case .bool: bits.truncate(to: length)
        case .int64, .float64: fixed.truncate(to: length * 8)
        case .utf8, .binary:
            data.truncate(to: lastOffset(at: length))
            fixed.truncate(to: (length + 1) * 4)
        case .list:
            elements.truncate(to: lastOffset(at: length))
            fixed.truncate(to: (length + 1) * 4)
        case .structure: for child in children { child.truncate(to: length) }
        }
    }

    private func lastOffset(at length: Int) -> Int {
        Int(fixed.bytes.load(fromByteOffset: length * 4, as: Int32.self))
    }

    /// Whether this column or one inside it has outgrown 32-bit offsets.
    var hasOverfullPart: Bool {
        isOverfull || children.contains { $0.hasOverfullPart }
    }

    /// Hands the array over; the builder is empty afterwards and of no further use.
    func finish() -> ArrowArray {
        let nulls = validity.numberOfZeros
        var valid = Bits(capacity: 0)
        swap(&valid, &validity)
        let bitmap = nulls > 0 ? valid.take() : nil
        var values = Storage(capacity: 0)
        swap(&values, &fixed)
        var buffers = [bitmap]
        switch type {
        case .bool:
            var booleans = Bits(capacity: 0)
            swap(&booleans, &bits)
            buffers.append(booleans.take())
        case .int64, .float64, .list: buffers.append(values.take())
        case .utf8, .binary:
            var bytes = Storage(capacity: 0)
            swap(&bytes, &data)
            buffers.append(values.take())
            buffers.append(bytes.take())
        case .structure: break
        }
        return exportArray(
            length: count, nulls: nulls, buffers: buffers, children: children.map { $0.finish() })
    }
}
