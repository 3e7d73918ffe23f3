import DataPlane
import PluginABI

/// The layout of a batch in memory that two processes share.
///
/// ```
/// words    for each node of the type, a parent before its children, 64 bits each:
///          present  length  offset  null_count  n_buffers  n_children  flags
///          and for each buffer that its type has: position, byte count (position = all ones: there is none)
/// bytes    the buffers, each at a multiple of 64
/// ```
///
/// Both sides know the type, so the words say nothing about it. They repeat what the Arrow struct said, right or wrong:
/// the reader judges. Positions count from the start of the batch.
enum BatchWire {
    static let headerWords = 7
    static let alignment = 64
    static let missing = UInt64.max

    /// Flags of a node.
    static let hasDictionary: UInt64 = 1
    static let lacksBuffers: UInt64 = 2
    static let lacksChildren: UInt64 = 4

    static func bufferCount(_ type: DataType) -> Int {
        switch type {
        case .bool, .int64, .float64, .list: 2
        case .utf8, .binary: 3
        case .structure: 1
        }
    }

    /// How many nodes, buffers and words a type has, with all its children.
    static func size(_ type: DataType) -> (nodes: Int, buffers: Int, words: Int) {
        var total = (nodes: 1, buffers: bufferCount(type), words: headerWords + 2 * bufferCount(type))
        func add(_ child: DataType) {
            let size = size(child)
            total = (total.nodes + size.nodes, total.buffers + size.buffers, total.words + size.words)
        }
        switch type {
        case .list(let element): add(element.type)
        case .structure(let fields): for field in fields { add(field.type) }
        default: break
        }
        return total
    }

    static func aligned(_ position: Int) -> Int { (position + alignment - 1) / alignment * alignment }
}

/// A batch that does not fit.
struct WireOverflow: Error {
    /// What it needs.
    let byteCount: Int
}

/// Lays an Arrow array out flat.
///
/// Follows pointers of a plugin, so it may crash where they are wrong: for arrays of a plugin it runs in a worker.
struct WireWriter {
    private let area: UnsafeMutableRawBufferPointer
    private var wordsEnd = 0
    private var end: Int

    /// Writes an array of a type, which has been filled or not, to the start of `area`.
    ///
    /// - Returns: how many bytes it takes, a multiple of 64.
    static func write(
        _ array: UnsafePointer<ArrowArray>, _ type: DataType, to area: UnsafeMutableRawBufferPointer
    ) throws(WireOverflow) -> Int {
        var writer = WireWriter(area, type)
        writer.add(array.pointee.release == nil ? nil : array, type)
        guard writer.end <= area.count else { throw WireOverflow(byteCount: writer.end) }
        return writer.end
    }

    private init(_ area: UnsafeMutableRawBufferPointer, _ type: DataType) {
        self.area = area
        end = BatchWire.aligned(BatchWire.size(type).words * 8)
    }

    /// Writes one word, if there is room for it; without, what it would take is still counted.
    private mutating func put(_ word: UInt64) {
        if wordsEnd + 8 <= area.count { area.storeBytes(of: word, toByteOffset: wordsEnd, as: UInt64.self) }
        wordsEnd += 8
    }

    private mutating func put(_ word: Int64) { put(UInt64(bitPattern: word)) }

    private mutating func add(_ array: UnsafePointer<ArrowArray>?, _ type: DataType) {
        guard let array = array?.pointee else {
            for _ in 0..<BatchWire.size(type).words { put(UInt64(0)) }
            return
        }
        var flags: UInt64 = 0
        if array.dictionary != nil { flags |= BatchWire.hasDictionary }
        if array.buffers == nil { flags |= BatchWire.lacksBuffers }
        if array.children == nil { flags |= BatchWire.lacksChildren }
        put(UInt64(1))
        put(array.length)
        put(array.offset)
        put(array.null_count)
        put(array.n_buffers)
        put(array.n_children)
        put(flags)
        addBuffers(array, type)
        switch type {
        case .list(let element): addChild(0, of: 1, array, element.type)
        case .structure(let fields):
            for (index, field) in fields.enumerated() { addChild(index, of: fields.count, array, field.type) }
        default: break
        }
    }

    private mutating func addChild(_ index: Int, of count: Int, _ array: ArrowArray, _ type: DataType) {
        let isThere = array.n_children == count
        add(isThere ? array.children?[index].map { UnsafePointer($0) } : nil, type)
    }

    /// The buffers of a node, as far as its rows use them.
    ///
    /// Nothing is looked at where the header makes no sense: the reader refuses it by the header alone.
    private mutating func addBuffers(_ array: ArrowArray, _ type: DataType) {
        let limit = Int64(Int32.max) - 1
        let expected = BatchWire.bufferCount(type)
        guard let pointers = array.buffers, array.n_buffers == expected, (0...limit).contains(array.length),
            (0...limit - array.length).contains(array.offset)
        else {
            for _ in 0..<expected { addBuffer(nil, 0) }
            return
        }
        let rows = Int(array.offset + array.length)
        let bits = (rows + 7) / 8
        addBuffer(pointers[0], bits)
        switch type {
        case .bool: addBuffer(pointers[1], bits)
        case .int64, .float64: addBuffer(pointers[1], rows * 8)
        case .list: addBuffer(pointers[1], (rows + 1) * 4)
        case .structure: break
        case .utf8, .binary:
            let last = pointers[1]?.loadUnaligned(fromByteOffset: rows * 4, as: Int32.self) ?? 0
            addBuffer(pointers[1], (rows + 1) * 4)
            addBuffer(pointers[2], max(Int(last), 0))
        }
    }

    private mutating func addBuffer(_ start: UnsafeRawPointer?, _ count: Int) {
        guard let start else {
            put(BatchWire.missing)
            put(UInt64(0))
            return
        }
        put(UInt64(end))
        put(UInt64(count))
        if end + count <= area.count, let base = area.baseAddress {
            (base + end).copyMemory(from: start, byteCount: count)
        }
        end = BatchWire.aligned(end + count)
    }
}
