import Glibc
import PluginABI

/// One level of an Arrow array: its header, checked, and copies of its buffers.
struct ArrowNode {
    let length: Int
    /// Rows before the first one, in every buffer and child.
    let offset: Int
    let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>?
    private let path: String
    private let nullCount: Int
    private let buffers: InlineArray<3, UnsafeRawPointer?>
    private let lengths: ArraySlice<Int>?

    /// Checks all that can be checked without looking into a buffer; takes the node's own from `bufferLengths`.
    init(
        _ array: UnsafePointer<ArrowArray>, _ type: DataType, path: String, _ bufferLengths: inout ArraySlice<Int>?
    ) throws(ArrowFault) {
        let array = array.pointee
        let bufferCount: Int
        let childCount: Int
        switch type {
        case .bool, .int64, .float64: (bufferCount, childCount) = (2, 0)
        case .utf8, .binary: (bufferCount, childCount) = (3, 0)
        case .list: (bufferCount, childCount) = (2, 1)
        case .structure(let fields): (bufferCount, childCount) = (1, fields.count)
        }
        // Positions within a batch are 32-bit, as the offsets are.
        let limit = Int64(Int32.max) - 1
        guard (0...limit).contains(array.length), (0...limit - array.length).contains(array.offset) else {
            throw ArrowFault(
                .length, path: path, "length \(array.length) at offset \(array.offset) is not within 0 to \(limit)")
        }
        guard array.n_buffers == bufferCount else {
            throw ArrowFault(.buffers, path: path, "\(array.n_buffers) buffers where \(type) has \(bufferCount)")
        }
        guard let pointers = array.buffers else { throw ArrowFault(.buffers, path: path, "the buffers are missing") }
        guard array.n_children == childCount, childCount == 0 || array.children != nil else {
            throw ArrowFault(.children, path: path, "\(array.n_children) children where \(type) has \(childCount)")
        }
        guard array.dictionary == nil else {
            throw ArrowFault(.type, path: path, "dictionary encoding is not supported: hand over plain values")
        }
        guard (-1...array.length).contains(array.null_count) else {
            throw ArrowFault(.nullCount, path: path, "\(array.null_count) nulls in \(array.length) rows")
        }
        if let known = bufferLengths {
            guard known.count >= bufferCount else {
                throw ArrowFault(.bufferLength, path: path, "the lengths of its buffers are missing")
            }
            lengths = known.prefix(bufferCount)
            bufferLengths = known.dropFirst(bufferCount)
        } else {
            lengths = nil
        }
        length = Int(array.length)
        offset = Int(array.offset)
        nullCount = Int(array.null_count)
        children = array.children
        buffers = InlineArray { $0 < bufferCount ? pointers[$0] : nil }
        self.path = path
    }

    /// The start of buffer `index`, of which `needed` bytes will be read.
    private func buffer(_ index: Int, needed: Int) throws(ArrowFault) -> UnsafeRawPointer {
        if let lengths, lengths[lengths.startIndex + index] < needed {
            let length = lengths[lengths.startIndex + index]
            throw ArrowFault(.bufferLength, path: path, "buffer \(index) has \(length) bytes, its rows need \(needed)")
        }
        if let start = buffers[index] { return start }
        guard needed == 0 else { throw ArrowFault(.buffers, path: path, "buffer \(index) is missing") }
        return noBytes.start
    }

    /// Which of `rows` have a value, also by the struct around them; nil when all have.
    func validity(_ rows: Range<Int>, mask: Bitmap?) throws(ArrowFault) -> Bitmap? {
        guard buffers[0] != nil else {
            guard nullCount <= 0 else {
                throw ArrowFault(.nullCount, path: path, "\(nullCount) nulls are announced without a validity bitmap")
            }
            return mask
        }
        let start = try buffer(0, needed: (offset + length + 7) / 8)
        let whole = Bitmap(copying: start, from: offset, count: length)
        guard nullCount == -1 || nullCount == whole.zeroCount else {
            throw ArrowFault(
                .nullCount, path: path, "\(nullCount) nulls are announced, the bitmap has \(whole.zeroCount)")
        }
        let own =
            rows.count == length
            ? whole : Bitmap(copying: whole.buffer.start, from: rows.lowerBound, count: rows.count)
        return mask.map { own.and($0) } ?? own
    }

    /// A buffer of bits.
    func bits(_ index: Int, _ rows: Range<Int>) throws(ArrowFault) -> Bitmap {
        let start = try buffer(index, needed: (offset + rows.upperBound + 7) / 8)
        return Bitmap(copying: start, from: offset + rows.lowerBound, count: rows.count)
    }

    /// A buffer of fixed-size values.
    func values(_ index: Int, _ rows: Range<Int>, stride: Int) throws(ArrowFault) -> Buffer {
        let start = try buffer(index, needed: (offset + rows.upperBound) * stride)
        return Buffer(copying: start + (offset + rows.lowerBound) * stride, count: rows.count * stride)
    }

    /// The offsets of `rows`, as they stand: the first need not be 0.
    func offsets(_ rows: Range<Int>) throws(ArrowFault) -> Offsets {
        // An array of no rows may come without its single offset (older writers do so).
        if rows.isEmpty { return Offsets.none }
        let start = try buffer(1, needed: (offset + rows.upperBound + 1) * 4)
        let offsets = Offsets(Buffer(copying: start + (offset + rows.lowerBound) * 4, count: (rows.count + 1) * 4))
        try offsets.check(path: path)
        return offsets
    }

    /// The value bytes that `offsets` point into; afterwards the offsets start at 0 and null rows are empty.
    func bytes(_ index: Int, _ offsets: inout Offsets, keeping validity: Bitmap?) throws(ArrowFault) -> Buffer {
        let span = offsets.span
        let start = try buffer(index, needed: span.upperBound)
        guard offsets.hasValues(whereNullIn: validity) else {
            offsets = offsets.rebased()
            return Buffer(copying: start + span.lowerBound, count: span.count)
        }
        var packed = ByteBuilder(capacity: span.count)
        var ends = ByteBuilder(capacity: offsets.buffer.count)
        ends.append(value: Int32(0))
        for row in 0..<offsets.rowCount {
            if validity?[row] != false { packed.append(start + offsets[row].lowerBound, count: offsets[row].count) }
            ends.append(value: Int32(packed.count))
        }
        offsets = Offsets(ends.finish())
        return packed.finish()
    }
}

/// What stands for a buffer of no bytes.
private let noBytes = Buffer(adopting: allocateBytes(0), count: 0)
