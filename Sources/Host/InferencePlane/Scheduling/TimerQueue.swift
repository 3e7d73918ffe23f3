/// Elements that wait for their time: a binary heap, earliest first; equal times in the order of their coming.
struct TimerQueue<Element> {
    private struct Entry {
        var time: Int64
        var order: Int
        var element: Element

        func isBefore(_ other: Entry) -> Bool { (time, order) < (other.time, other.order) }
    }

    private var heap: [Entry] = []
    private var nextOrder = 0

    var isEmpty: Bool { heap.isEmpty }
    var earliest: Int64? { heap.first?.time }

    mutating func add(_ element: Element, at time: Int64) {
        heap.append(Entry(time: time, order: nextOrder, element: element))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The earliest element, when its time has come.
    mutating func pop(until now: Int64) -> Element? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink(from: 0)
        }
        return first.element
    }

    /// Takes out all elements that a test picks, in no order.
    mutating func remove(where isWanted: (Element) -> Bool) -> [Element] {
        let wanted = heap.filter { isWanted($0.element) }
        let kept = heap.filter { !isWanted($0.element) }.sorted { $0.isBefore($1) }
        heap = kept  // a sorted array is a heap
        return wanted.map(\.element)
    }

    private mutating func sink(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least])
            {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
