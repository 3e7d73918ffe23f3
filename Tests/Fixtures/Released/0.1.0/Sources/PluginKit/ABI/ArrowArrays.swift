import Glibc
import PluginABI

/// Makes an Arrow array that owns its buffers (made with `malloc`) and its children.
func exportArray(
    length: Int, nulls: Int, buffers: [UnsafeMutableRawPointer?], children: [ArrowArray]
) -> ArrowArray {
    let bufferList = UnsafeMutablePointer<UnsafeRawPointer?>.allocate(capacity: max(buffers.count, 1))
    for (index, buffer) in buffers.enumerated() {
        (bufferList + index).initialize(to: buffer.map { UnsafeRawPointer($0) })
    }
    let childList = UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>.allocate(capacity: max(children.count, 1))
    for (index, child) in children.enumerated() {
        let place = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
        place.initialize(to: child)
        (childList + index).initialize(to: place)
    }
    return ArrowArray(
        length: Int64(length), null_count: Int64(nulls), offset: 0, n_buffers: Int64(buffers.count),
        n_children: Int64(children.count), buffers: bufferList, children: childList, dictionary: nil,
        release: releaseArray, private_data: nil)
}

/// The release callback of exported arrays: frees what `exportArray` made, once, and marks it as released.
private func releaseArray(_ array: UnsafeMutablePointer<ArrowArray>?) {
    guard let array, array.pointee.release != nil else { return }
    if let buffers = array.pointee.buffers {
        for index in 0..<Int(array.pointee.n_buffers) { free(UnsafeMutableRawPointer(mutating: buffers[index])) }
        buffers.deallocate()
    }
    if let children = array.pointee.children {
        for index in 0..<Int(array.pointee.n_children) {
            // A consumer may have moved a child out; then it is marked as released and only its place is left.
            if let child = children[index] {
                child.pointee.release?(child)
                child.deallocate()
            }
        }
        children.deallocate()
    }
    array.pointee.release = nil
}
