import DataPlane
import PluginABI

/// A batch in shared memory seen as an Arrow array, without a copy.
///
/// The other process may write to the memory at any time: all words are copied before they are checked, and a buffer
/// position that leaves the memory is refused. What lies in the buffers is for the reader to copy and check.
final class WireView {
    /// The batch; valid while the view and the memory live. Releasing it does nothing.
    let array: UnsafeMutablePointer<ArrowArray>
    /// In bytes, a node's own before its children's: what ``RecordBatch/init(copying:schema:bufferLengths:)`` takes.
    private(set) var bufferLengths: [Int] = []
    private let nodes: UnsafeMutablePointer<ArrowArray>
    private let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
    private let links: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>
    private let words: UnsafeMutableBufferPointer<UInt64>
    private let area: UnsafeRawBufferPointer
    private var usedWords = 0
    private var usedNodes = 0
    private var usedBuffers = 0
    private var usedLinks = 0

    /// - Throws: ``ArrowFault`` where the memory cannot hold a batch of the type, or the array was never filled.
    init(_ area: UnsafeRawBufferPointer, _ type: DataType) throws(ArrowFault) {
        let size = BatchWire.size(type)
        self.area = area
        nodes = .allocate(capacity: size.nodes)
        buffers = .allocate(capacity: size.buffers)
        links = .allocate(capacity: size.nodes)
        words = .allocate(capacity: size.words)
        bufferLengths.reserveCapacity(size.buffers)
        array = nodes
        guard area.count >= size.words * 8 else {
            throw ArrowFault(.bufferLength, path: "", "the batch does not lie within the shared memory")
        }
        UnsafeMutableRawBufferPointer(words)
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: area[..<(size.words * 8)]))
        guard try node(type) != nil else { throw ArrowFault(.released, path: "", "the array was not filled") }
    }

    deinit {
        nodes.deallocate()
        buffers.deallocate()
        links.deallocate()
        words.deallocate()
    }

    private func next() -> UInt64 {
        usedWords += 1
        return words[usedWords - 1]
    }

    private func nextSigned() -> Int64 { Int64(bitPattern: next()) }

    private func node(_ type: DataType) throws(ArrowFault) -> UnsafeMutablePointer<ArrowArray>? {
        let isPresent = next() == 1
        let slot = nodes + usedNodes
        usedNodes += 1
        let header = ArrowArray(
            length: nextSigned(), null_count: 0, offset: nextSigned(), n_buffers: 0, n_children: 0, buffers: nil,
            children: nil, dictionary: nil, release: forget, private_data: nil)
        slot.initialize(to: header)
        slot.pointee.null_count = nextSigned()
        slot.pointee.n_buffers = nextSigned()
        slot.pointee.n_children = nextSigned()
        let flags = next()
        // Never followed: whoever reads the array refuses one that is there.
        if flags & BatchWire.hasDictionary != 0 { slot.pointee.dictionary = slot }

        let ownBuffers = buffers + usedBuffers
        let bufferCount = BatchWire.bufferCount(type)
        usedBuffers += bufferCount
        for index in 0..<bufferCount {
            let buffer = try buffer()
            (ownBuffers + index).initialize(to: buffer.baseAddress)
            bufferLengths.append(buffer.count)
        }
        if flags & BatchWire.lacksBuffers == 0 { slot.pointee.buffers = ownBuffers }

        let ownLinks = links + usedLinks
        switch type {
        case .list(let element):
            usedLinks += 1
            ownLinks.initialize(to: try node(element.type))
        case .structure(let fields):
            usedLinks += fields.count
            for (index, field) in fields.enumerated() { (ownLinks + index).initialize(to: try node(field.type)) }
        default: break
        }
        if flags & BatchWire.lacksChildren == 0 { slot.pointee.children = ownLinks }
        return isPresent ? slot : nil
    }

    private func buffer() throws(ArrowFault) -> UnsafeRawBufferPointer {
        let (position, count) = (next(), next())
        if position == BatchWire.missing { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let size = UInt64(area.count)
        guard position <= size, count <= size - position else {
            throw ArrowFault(.bufferLength, path: "", "a buffer does not lie within the shared memory")
        }
        return UnsafeRawBufferPointer(rebasing: area[Int(position)..<Int(position + count)])
    }
}

private func forget(_ array: UnsafeMutablePointer<ArrowArray>?) { array?.pointee.release = nil }
