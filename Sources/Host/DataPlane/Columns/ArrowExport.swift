import Glibc
import PluginABI

/// Columns as Arrow C Data structs (https://arrow.apache.org/docs/format/CDataInterface.html).
///
/// Nothing is copied: a struct holds a reference to its ``Column`` until its release callback runs, also when a
/// consumer moves a child out of its parent, as the interface allows.
extension Column {
    /// Fills `array`, which holds nothing yet; whoever has it then calls its `release` once.
    public func export(to array: UnsafeMutablePointer<ArrowArray>) { export(to: array, hidingNulls: false) }

    /// - Parameter hidingNulls: leaves the validity out, as consumers expect of a member that is not nullable. Its only
    ///   nulls are those that it has because the struct around it is null, and the struct says so itself.
    private func export(to array: UnsafeMutablePointer<ArrowArray>, hidingNulls: Bool) {
        let validity = hidingNulls ? nil : validity
        let pointers: InlineArray<3, UnsafeRawPointer?> = [validity?.start, (offsets ?? values)?.start, values?.start]
        let bufferCount =
            switch type {
            case .bool, .int64, .float64, .list: 2
            case .utf8, .binary: 3
            case .structure: 1
            }
        // One block for the list of buffers, the list of children and the children.
        let linkOffset = bufferCount * MemoryLayout<UnsafeRawPointer?>.stride
        let childOffset = linkOffset + children.count * MemoryLayout<UnsafeRawPointer?>.stride
        let block = allocateBytes(childOffset + children.count * MemoryLayout<ArrowArray>.stride)
        let buffers = block.bindMemory(to: UnsafeRawPointer?.self, capacity: bufferCount)
        for index in 0..<bufferCount { (buffers + index).initialize(to: pointers[index]) }
        let links = (block + linkOffset)
            .bindMemory(to: UnsafeMutablePointer<ArrowArray>?.self, capacity: children.count)
        let slots = (block + childOffset).bindMemory(to: ArrowArray.self, capacity: children.count)
        for (index, child) in children.enumerated() {
            child.export(
                to: slots + index, hidingNulls: isRequired(index) && nullCount > 0 && child.nullCount <= nullCount)
            (links + index).initialize(to: slots + index)
        }
        array.initialize(
            to: ArrowArray(
                length: Int64(length), null_count: Int64(hidingNulls ? 0 : nullCount), offset: 0,
                n_buffers: Int64(bufferCount), n_children: Int64(children.count), buffers: buffers,
                children: children.isEmpty ? nil : links, dictionary: nil, release: releaseExportedArray,
                private_data: Unmanaged.passRetained(self).toOpaque()))
    }

    private func isRequired(_ child: Int) -> Bool {
        guard case .structure(let fields) = type else { return false }
        return !fields[child].nullable
    }
}

extension RecordBatch {
    /// The batch as one struct array without nulls; fills `array`, which holds nothing yet.
    public func export(to array: UnsafeMutablePointer<ArrowArray>) {
        Column(type: .structure(schema.fields), length: rowCount, children: columns).export(to: array)
    }
}

private func releaseExportedArray(_ array: UnsafeMutablePointer<ArrowArray>?) {
    guard let array, array.pointee.release != nil else { return }
    if let children = array.pointee.children {
        for index in 0..<Int(array.pointee.n_children) {
            children[index]?.release()
        }
    }
    free(array.pointee.buffers)
    if let column = array.pointee.private_data { Unmanaged<Column>.fromOpaque(column).release() }
    array.pointee.private_data = nil
    array.pointee.release = nil
}

extension UnsafeMutablePointer<ArrowArray> {
    /// Calls the release callback if there still is one; afterwards there is none.
    public func release() {
        guard let callback = pointee.release else { return }
        callback(self)
        pointee.release = nil
    }
}

extension UnsafeMutablePointer<ArrowSchema> {
    /// Calls the release callback if there still is one; afterwards there is none.
    public func release() {
        guard let callback = pointee.release else { return }
        callback(self)
        pointee.release = nil
    }
}
