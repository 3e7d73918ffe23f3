import CXXHash

/// Sums up rows to what a manifest says of them: count, bounds, and a hash for each leaf column.
///
/// `field_hash` is the sum modulo 2^128 over rows of XXH3-128(key, null flag, value). A sum does not depend on the
/// order of the rows; the key in it ties each value to its row. Layout: Docs/specs/artifacts.md. XXH3:
/// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
struct FieldHasher: ~Copyable {
    /// The leaf columns, structs flattened with dots, in schema order.
    let leaves: [String]
    private(set) var sums: [UInt128]
    private(set) var count = 0
    private(set) var ordinals: ClosedRange<Int64>?
    private(set) var sampleIDs: ClosedRange<String>?
    private(set) var rowIDs: ClosedRange<String>?
    private let schema: Schema
    private let positions: (sampleID: Int?, rowID: Int?, ordinal: Int?, candidate: Int?)
    private var scratch = ByteBuilder(capacity: 4096)
    private var keyLength = 0

    init(_ schema: Schema) {
        self.schema = schema
        leaves = Leaves(schema).all.map(\.path)
        sums = [UInt128](repeating: 0, count: leaves.count)
        positions = (
            schema.index(of: "sample_id"), schema.index(of: "row_id"), schema.index(of: "ordinal"),
            schema.index(of: "candidate")
        )
    }

    /// Adds a row: one cell a column of the schema, one behind the other.
    mutating func add(_ row: UnsafeRawBufferPointer) {
        beginKey(row)
        var rest = row
        var leaf = 0
        for field in schema.fields { add(CellCodec.next(&rest), field.type, &leaf) }
        count += 1
    }

    /// Puts the row's key at the front of `scratch`, and widens the bounds.
    private mutating func beginKey(_ row: UnsafeRawBufferPointer) {
        var id = UnsafeRawBufferPointer(start: nil, count: 0)
        var candidate: Int64 = 0
        var hasSampleID = false
        var rest = row
        for index in schema.fields.indices {
            let cell = CellCodec.next(&rest)
            if cell.isNull { continue }
            if index == positions.sampleID {
                id = cell.value
                hasSampleID = true
                Self.widen(&sampleIDs, cell.value)
            } else if index == positions.rowID {
                if !hasSampleID { id = cell.value }
                Self.widen(&rowIDs, cell.value)
            } else if index == positions.ordinal {
                let ordinal = Int64(littleEndian: cell.value.loadUnaligned(as: Int64.self))
                let known = ordinals ?? ordinal...ordinal
                ordinals = min(known.lowerBound, ordinal)...max(known.upperBound, ordinal)
            } else if index == positions.candidate {
                candidate = Int64(littleEndian: cell.value.loadUnaligned(as: Int64.self))
            }
        }
        scratch.truncate(to: 0)
        scratch.append(value: UInt64(id.count).littleEndian)
        scratch.append(id)
        scratch.append(value: candidate.littleEndian)
        keyLength = scratch.count
    }

    private mutating func add(_ cell: CellCodec.Cell, _ type: DataType, _ leaf: inout Int) {
        if case .structure(let members) = type {
            var rest = cell.value
            for member in members {
                let none = CellCodec.Cell(isNull: true, value: UnsafeRawBufferPointer(start: nil, count: 0))
                add(cell.isNull ? none : CellCodec.next(&rest), member.type, &leaf)
            }
            return
        }
        scratch.truncate(to: keyLength)
        scratch.append(value: UInt8(cell.isNull ? 1 : 0))
        scratch.append(cell.value)
        let hash = XXH3_128bits(scratch.storage, scratch.count)
        sums[leaf] &+= UInt128(hash.high64) << 64 | UInt128(hash.low64)
        leaf += 1
    }

    /// Ids compare by their bytes, which is how Swift orders ASCII and Python orders `bytes`.
    private static func widen(_ bounds: inout ClosedRange<String>?, _ id: UnsafeRawBufferPointer) {
        guard let known = bounds else {
            let text = String(decoding: id, as: UTF8.self)
            bounds = text...text
            return
        }
        if id.lexicographicallyPrecedes(known.lowerBound.utf8) {
            bounds = String(decoding: id, as: UTF8.self)...known.upperBound
        } else if known.upperBound.utf8.lexicographicallyPrecedes(id) {
            bounds = known.lowerBound...String(decoding: id, as: UTF8.self)
        }
    }

    /// The hashes as 32 hexadecimal digits each, in schema order.
    var fieldHashes: [(field: String, hash: String)] {
        zip(leaves, sums).map { name, sum in
            let digits = String(sum, radix: 16)
            return (name, String(repeating: "0", count: 32 - digits.count) + digits)
        }
    }
}
