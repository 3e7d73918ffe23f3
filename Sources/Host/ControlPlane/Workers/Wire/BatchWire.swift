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

    static func children(_ type: DataType) -> [DataType] {
        switch type {
        case .list(let element): [element.type]
        case .structure(let fields): fields.map(\.type)
        default: []
        }
    }

    /// How many nodes, buffers and words a type has, with all its children.
    static func size(_ type: DataType) -> (nodes: Int, buffers: Int, words: Int) {
        var total = (nodes: 1, buffers: bufferCount(type), words: headerWords + 2 * bufferCount(type))
        for child in children(type) {
            let size = size(child)
            total = (total.nodes + size.nodes, total.buffers + size.buffers, total.words + size.words)
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
    private var words: [UInt64] = []
    private var copies: [(source: UnsafeRawPointer, position: Int, count: Int)] = []
    private var end: Int

    /// Writes an array of a type, which has been filled or not, to the start of `area`.
    ///
    /// - Returns: how many bytes it takes, a multiple of 64.
    static func write(
        _ array: UnsafePointer<ArrowArray>, _ type: DataType, to area: UnsafeMutableRawBufferPointer
    ) throws(WireOverflow) -> Int {
        var writer = WireWriter(type)
        writer.add(array.pointee.release == nil ? nil : array, type)
        guard writer.end <= area.count, let base = area.baseAddress else { throw WireOverflow(byteCount: writer.end) }
        writer.words.withUnsafeBytes { area.copyMemory(from: $0) }
        for copy in writer.copies { (base + copy.position).copyMemory(from: copy.source, byteCount: copy.count) }
        return writer.end
    }

    private init(_ type: DataType) {
        let count = BatchWire.size(type).words
        words.reserveCapacity(count)
        end = BatchWire.aligned(count * 8)
    }

    private mutating func add(_ array: UnsafePointer<ArrowArray>?, _ type: DataType) {
        guard let array = array?.pointee else {
            words.append(contentsOf: repeatElement(0, count: BatchWire.size(type).words))
            return
        }
        let children = BatchWire.children(type)
        let bufferCount = BatchWire.bufferCount(type)
        var flags: UInt64 = 0
        if array.dictionary != nil { flags |= BatchWire.hasDictionary }
        if array.buffers == nil { flags |= BatchWire.lacksBuffers }
        if array.children == nil { flags |= BatchWire.lacksChildren }
        words.append(1)
        for value in [array.length, array.offset, array.null_count, array.n_buffers, array.n_children] {
            words.append(UInt64(bitPattern: value))
        }
        words.append(flags)
        for (start, count) in buffers(array, type, expected: bufferCount) {
            guard let start else {
                words.append(contentsOf: [BatchWire.missing, 0])
                continue
            }
            words.append(contentsOf: [UInt64(end), UInt64(count)])
            copies.append((start, end, count))
            end = BatchWire.aligned(end + count)
        }
        for (index, child) in children.enumerated() {
            let isThere = array.n_children == children.count
            add(isThere ? array.children?[index].map { UnsafePointer($0) } : nil, child)
        }
    }

    /// Where the buffers of a node begin and how much of them its rows use.
    ///
    /// Nothing is looked at where the header makes no sense: the reader refuses it by the header alone.
    private func buffers(
        _ array: ArrowArray, _ type: DataType, expected: Int
    ) -> [(start: UnsafeRawPointer?, count: Int)] {
        let limit = Int64(Int32.max) - 1
        guard let pointers = array.buffers, array.n_buffers == expected, (0...limit).contains(array.length),
            (0...limit - array.length).contains(array.offset)
        else { return Array(repeating: (nil, 0), count: expected) }
        let rows = Int(array.offset + array.length)
        let bits = (rows + 7) / 8
        var result: [(start: UnsafeRawPointer?, count: Int)] = [(pointers[0], bits)]
        switch type {
        case .bool: result.append((pointers[1], bits))
        case .int64, .float64: result.append((pointers[1], rows * 8))
        case .list: result.append((pointers[1], (rows + 1) * 4))
        case .structure: break
        case .utf8, .binary:
            let last = pointers[1]?.loadUnaligned(fromByteOffset: rows * 4, as: Int32.self) ?? 0
            result.append((pointers[1], (rows + 1) * 4))
            result.append((pointers[2], max(Int(last), 0)))
        }
        return result
    }
}
