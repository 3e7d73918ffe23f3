import PluginABI

/// Builds one Arrow array, value by value, and can go back to an earlier length.
///
/// A value that is put in with a row that is later rejected is taken out again with `truncate`.
public final class ColumnBuilder {
    let type: ColumnType
    let isNullable: Bool
    @exclusivity(unchecked) private(set) var count = 0

    /// Set once the texts or elements of this batch no longer fit 32-bit offsets.
    @exclusivity(unchecked) private(set) var isOverfull = false

    private let children: [ColumnBuilder]
    @exclusivity(unchecked) private var validity: Bits
    @exclusivity(unchecked) private var bits: Bits
    /// Numbers, or the offsets of texts and lists.
    @exclusivity(unchecked) private var fixed: Storage
    /// The bytes of texts.
    @exclusivity(unchecked) private var data: Storage

    init(_ type: ColumnType, isNullable: Bool, capacity: Int) {
        self.type = type
        self.isNullable = isNullable
        validity = Bits(capacity: isNullable ? capacity : 0)
        bits = Bits(capacity: type == .bool ? max(capacity, 1) : 0)
        switch type {
        case .bool, .structure: fixed = Storage(capacity: 0)
        case .int64, .float64: fixed = Storage(capacity: max(capacity, 1) * 8)
        case .utf8, .binary, .list: fixed = Storage(capacity: (capacity + 1) * 4)
        }
        switch type {
        case .utf8, .binary: data = Storage(capacity: max(capacity, 1) * 32)
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
    var elements: ColumnBuilder { children[0] }

    /// The builder of a struct's member.
    func member(_ index: Int) -> ColumnBuilder { children[index] }

    private func ended(isValid: Bool) {
        if isNullable { validity.append(isValid) }
        count += 1
    }

    func append(_ value: Bool) {
        bits.append(value)
        ended(isValid: true)
    }

    func append(_ value: Int64) {
        fixed.append(value)
        ended(isValid: true)
    }

    func append(_ value: Double) {
        fixed.append(value)
        ended(isValid: true)
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        if data.count + bytes.count > Int(Int32.max) {
            isOverfull = true
        } else {
            data.append(bytes)
        }
        fixed.append(Int32(truncatingIfNeeded: data.count))
        ended(isValid: true)
    }

    func append(_ text: String) {
        let appended: Void? = text.utf8.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
        if appended == nil { Array(text.utf8).withUnsafeBytes { append($0) } }
    }

    /// Ends a list whose elements have been put into `elements`.
    func endList() {
        if elements.count > Int(Int32.max) { isOverfull = true }
        fixed.append(Int32(truncatingIfNeeded: elements.count))
        ended(isValid: true)
    }

    /// Ends a struct whose members have each been put into `member`.
    func endStructure() {
        ended(isValid: true)
    }

    func appendNull() {
        switch type {
        case .bool: bits.append(false)
        case .int64, .float64: fixed.append(Int64(0))
        case .utf8, .binary: fixed.append(Int32(truncatingIfNeeded: data.count))
        case .list: fixed.append(Int32(truncatingIfNeeded: elements.count))
        case .structure: for child in children { child.appendNull() }
        }
        ended(isValid: false)
    }

    /// Takes out everything after the first `length` values.
    func truncate(to length: Int) {
        guard length < count else { return }
        count = length
        validity.truncate(to: length)
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
        Int(fixed.bytes?.load(fromByteOffset: length * 4, as: Int32.self) ?? 0)
    }

    /// Whether this column or one inside it has outgrown 32-bit offsets.
    var hasOverfullPart: Bool {
        isOverfull || children.contains { $0.hasOverfullPart }
    }

    /// Hands the array over; the builder is empty afterwards and of no further use.
    func finish() -> ArrowArray {
        let nulls = isNullable ? validity.numberOfZeros : 0
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
