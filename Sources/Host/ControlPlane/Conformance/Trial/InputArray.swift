import DataPlane
import Glibc
import PluginABI

/// How a batch lies in memory. All shapes of the same rows mean the same to a step.
struct InputShape {
    /// Rows before the first one in the columns, which the batch's own offset leaves out.
    var offset = 0
    /// Rows before the first one in the buffers, which each array's own offset leaves out, down to the last child.
    var childOffset = 0
    /// Whether arrays without nulls bring a bitmap that says so.
    var hasBitmaps = false
    /// Whether arrays leave their nulls uncounted (-1) where they have a bitmap.
    var leavesNullsUncounted = false
    /// Whether something lies where a value is null.
    var fillsNulls = false
}

/// A batch in memory of its own: every buffer as long as it must be and no longer, a copy beside it to compare with.
final class InputArray {
    let pointer: UnsafeMutablePointer<ArrowArray>
    private var nodes: [Node] = []
    private var buffers: [(start: UnsafeMutableRawPointer, copy: [UInt8])] = []
    private let releases: UnsafeMutablePointer<Int>

    private struct Node {
        var array: UnsafeMutablePointer<ArrowArray>
        var before: ArrowArray
    }

    /// - Parameters:
    ///   - rows: the batch.
    ///   - decoys: rows of the same columns, to stand where an offset leaves something out.
    init(_ rows: RecordBatch, decoys: RecordBatch, shape: InputShape) {
        releases = .allocate(capacity: 1)
        releases.initialize(to: 0)
        pointer = .allocate(capacity: 1)
        let leading = decoys.taking((0..<shape.offset).map { $0 % max(decoys.rowCount, 1) })
        let children = zip(rows.columns, zip(leading.columns, decoys.columns)).map { column, others in
            make(others.0.followed(by: column), decoy: others.1, hidesNulls: false, shape)
        }
        fill(
            pointer, length: rows.rowCount, offset: shape.offset, nullCount: 0,
            buffers: [shape.hasBitmaps ? keep(Self.ones(shape.offset + rows.rowCount)) : nil], children: children)
    }

    deinit {
        for node in nodes {
            node.before.buffers?.deallocate()
            node.before.children?.deallocate()
            node.array.deallocate()
        }
        for buffer in buffers { buffer.start.deallocate() }
        releases.deallocate()
    }

    /// How often a plugin has called a release callback, which is for the owner to call.
    var releaseCount: Int { releases.pointee }

    /// Whether every byte and every struct is as it was handed over.
    var isUnchanged: Bool {
        buffers.allSatisfy { memcmp($0.start, $0.copy, $0.copy.count) == 0 }
            && nodes.allSatisfy { node in
                withUnsafeBytes(of: node.before) {
                    $0.elementsEqual(UnsafeRawBufferPointer(start: node.array, count: $0.count))
                }
            }
    }

    /// Overwrites all values.
    func overwrite() {
        for buffer in buffers { memset(buffer.start, 0x5A, buffer.copy.count) }
    }

    /// Makes an array of all rows of a column.
    ///
    /// - Parameter hidesNulls: leaves the validity out: the column is a member that is not nullable, of a struct whose own
    ///   nulls are the only ones.
    private func make(
        _ column: Column, decoy: Column, hidesNulls: Bool, _ shape: InputShape
    ) -> UnsafeMutablePointer<ArrowArray> {
        let skipped = decoy.length > 0 ? shape.childOffset : 0
        let whole = decoy.taking((0..<skipped).map { $0 % decoy.length }).followed(by: column)
        let rows = shape.fillsNulls ? whole.filledWhereNull : whole
        var own: [UnsafeMutableRawPointer?] = [bitmap(hidesNulls ? nil : rows.validity, rows.length, shape)]
        switch rows.type {
        case .bool, .int64, .float64: own.append(keep(rows.values))
        case .utf8, .binary: own += [keep(rows.offsets), keep(rows.values)]
        case .list: own.append(keep(rows.offsets))
        case .structure: break
        }
        let children = rows.children.enumerated().map { index, child in
            make(child, decoy: decoy.children[index], hidesNulls: rows.type.isRequired(index), shape)
        }
        let array = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
        let nulls = hidesNulls ? 0 : (skipped..<rows.length).count { rows.isNull($0) }
        fill(
            array, length: column.length, offset: skipped,
            nullCount: own[0] != nil && shape.leavesNullsUncounted ? -1 : nulls, buffers: own, children: children)
        return array
    }

    private func bitmap(_ validity: Buffer?, _ length: Int, _ shape: InputShape) -> UnsafeMutableRawPointer? {
        if validity != nil { return keep(validity) }
        return shape.hasBitmaps ? keep(Self.ones(length)) : nil
    }

    private static func ones(_ count: Int) -> [UInt8] { [UInt8](repeating: 0xFF, count: (count + 7) / 8) }

    private func keep(_ buffer: Buffer?) -> UnsafeMutableRawPointer? { keep(buffer.map { Array($0.bytes) } ?? []) }

    private func keep(_ bytes: [UInt8]) -> UnsafeMutableRawPointer {
        let start = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 8)
        start.copyMemory(from: bytes, byteCount: bytes.count)
        buffers.append((start, bytes))
        return start
    }

    private func fill(
        _ array: UnsafeMutablePointer<ArrowArray>, length: Int, offset: Int, nullCount: Int,
        buffers: [UnsafeMutableRawPointer?], children: [UnsafeMutablePointer<ArrowArray>]
    ) {
        let bufferList = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: buffers.count)
        for (index, buffer) in buffers.enumerated() {
            (bufferList + index).initialize(to: buffer.map { UnsafeRawPointer($0) })
        }
        var childList: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>?
        if !children.isEmpty {
            let list = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(capacity: children.count)
            for (index, child) in children.enumerated() { (list + index).initialize(to: child) }
            childList = list
        }
        let made = ArrowArray(
            length: Int64(length), null_count: Int64(nullCount), offset: Int64(offset), n_buffers: Int64(buffers.count),
            n_children: Int64(children.count), buffers: bufferList, children: childList, dictionary: nil,
            release: countRelease, private_data: releases)
        array.initialize(to: made)
        nodes.append(Node(array: array, before: made))
    }
}

/// Counts what only the owner may do, and frees nothing: the owner does.
private func countRelease(_ array: UnsafeMutablePointer<ArrowArray>?) {
    array?.pointee.private_data?.assumingMemoryBound(to: Int.self).pointee += 1
}

extension DataType {
    /// Whether a member of a struct is not nullable.
    fileprivate func isRequired(_ member: Int) -> Bool {
        guard case .structure(let fields) = self else { return false }
        return !fields[member].nullable
    }
}

extension Column {
    /// The rows of this column and then those of another of the same type.
    fileprivate func followed(by other: Column) -> Column {
        if length == 0 { return other }
        let builder = ColumnBuilder(type)
        for row in 0..<length { builder.append(from: self, row: row) }
        for row in 0..<other.length { builder.append(from: other, row: row) }
        return builder.finish()
    }
}
