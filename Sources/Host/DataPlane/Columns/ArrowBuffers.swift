import CJSON
import Glibc

/// A bitmap in Arrow's order that starts at bit 0 and has no bits behind its end.
struct Bitmap {
    let buffer: Buffer
    let count: Int
    /// How many of the bits are zero.
    let zeroCount: Int

    /// Copies `count` bits of which the first is bit `first` at `source`.
    init(copying source: UnsafeRawPointer, from first: Int, count: Int) {
        let byteCount = (count + 7) / 8
        let target = allocateBytes(byteCount)
        let start = source + first / 8
        let shift = UInt8(first % 8)
        if shift == 0 {
            target.copyMemory(from: start, byteCount: byteCount)
        } else {
            let available = (Int(shift) + count + 7) / 8
            for index in 0..<byteCount {
                let low = start.load(fromByteOffset: index, as: UInt8.self) >> shift
                let next = index + 1 < available ? start.load(fromByteOffset: index + 1, as: UInt8.self) : 0
                target.storeBytes(of: low | next << (8 - shift), toByteOffset: index, as: UInt8.self)
            }
        }
        self.init(adopting: target, count: count)
    }

    /// Takes over `(count + 7) / 8` bytes from `malloc`.
    private init(adopting bytes: UnsafeMutableRawPointer, count: Int) {
        let byteCount = (count + 7) / 8
        if count % 8 != 0 {
            let last = bytes.load(fromByteOffset: byteCount - 1, as: UInt8.self)
            bytes.storeBytes(of: last & (1 << UInt8(count % 8) - 1), toByteOffset: byteCount - 1, as: UInt8.self)
        }
        var ones = 0
        var index = 0
        while index + 8 <= byteCount {
            ones += bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).nonzeroBitCount
            index += 8
        }
        while index < byteCount {
            ones += bytes.load(fromByteOffset: index, as: UInt8.self).nonzeroBitCount
            index += 1
        }
        buffer = Buffer(adopting: bytes, count: byteCount)
        self.count = count
        zeroCount = count - ones
    }

    subscript(index: Int) -> Bool { buffer.bit(index) }

    /// The bits that are set in both; `other` is as long.
    func and(_ other: Bitmap) -> Bitmap {
        let target = allocateBytes(buffer.count)
        for index in 0..<buffer.count {
            target.storeBytes(
                of: buffer.bytes[index] & other.buffer.bytes[index], toByteOffset: index, as: UInt8.self)
        }
        return Bitmap(adopting: target, count: count)
    }
}

/// The ends of variable-length rows: `rowCount + 1` positions, 32 bits each.
struct Offsets {
    let buffer: Buffer

    init(_ buffer: Buffer) { self.buffer = buffer }

    /// The offsets of no rows: one zero.
    static var none: Offsets {
        var builder = ByteBuilder()
        builder.append(value: Int32(0))
        return Offsets(builder.finish())
    }

    private var positions: UnsafeBufferPointer<Int32> { buffer.elements(of: Int32.self) }

    var rowCount: Int { buffer.count / 4 - 1 }

    subscript(row: Int) -> Range<Int> { Int(positions[row])..<Int(positions[row + 1]) }

    /// All positions that the rows cover.
    var span: Range<Int> { Int(positions[0])..<Int(positions[rowCount]) }

    /// Throws for positions that are negative or go down.
    func check(path: String) throws(ArrowFault) {
        let positions = positions
        var signs = positions[0]
        for row in 0..<rowCount { signs |= positions[row + 1] | (positions[row + 1] &- positions[row]) }
        guard signs < 0 else { return }
        if positions[0] < 0 { throw ArrowFault(.offsets, path: path, row: 0, "the first offset is \(positions[0])") }
        for row in 0..<rowCount where positions[row + 1] < positions[row] {
            throw ArrowFault(
                .offsets, path: path, row: row, "the offsets go down from \(positions[row]) to \(positions[row + 1])")
        }
    }

    /// The same rows with the first at 0.
    func rebased() -> Offsets {
        let first = positions[0]
        if first == 0 { return self }
        var builder = ByteBuilder(capacity: buffer.count)
        for position in positions { builder.append(value: position - first) }
        return Offsets(builder.finish())
    }

    /// Whether a null row has bytes or elements, which Arrow allows and nobody may read.
    func hasValues(whereNullIn validity: Bitmap?) -> Bool {
        guard let validity else { return false }
        return (0..<rowCount).contains { !validity[$0] && !self[$0].isEmpty }
    }

    /// The row that holds the value at `position`, counted from the first row's first value.
    func row(ofValue position: Int) -> Int {
        let target = position + span.lowerBound
        var low = 0
        var high = rowCount
        while low + 1 < high {
            let middle = (low + high) / 2
            if Int(positions[middle]) <= target { low = middle } else { high = middle }
        }
        return low
    }

    /// Whether every row of `values` is UTF-8 by itself; the offsets start at 0.
    ///
    /// One pass over all bytes, then a look at each row's first byte: text that is valid as a whole is valid in parts if
    /// no part begins with a continuation byte (RFC 3629 section 3).
    func isText(_ values: Buffer) -> Bool {
        let bytes = values.bytes
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return true }
        guard fdjson_is_utf8(start.assumingMemoryBound(to: CChar.self), bytes.count) == 1 else { return false }
        // Behind the last byte there may be empty rows; they start at the first byte, which starts a character.
        var insides = 0
        for position in positions {
            let byte = bytes[Int(position) < bytes.count ? Int(position) : 0]
            insides += byte & 0xC0 == 0x80 ? 1 : 0
        }
        return insides == 0
    }

    /// The rows that are not UTF-8, each by itself.
    func rowsThatAreNotText(_ values: Buffer) -> [Int] {
        (0..<rowCount).filter { row in
            let part = UnsafeRawBufferPointer(rebasing: values.bytes[self[row]])
            guard let start = part.baseAddress else { return false }
            return fdjson_is_utf8(start.assumingMemoryBound(to: CChar.self), part.count) == 0
        }
    }
}
