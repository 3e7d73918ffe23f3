import DataPlane
import Glibc
import Synchronization

/// Applies `body` to all elements, as many at a time as there are processors but at least two, on threads of their own.
///
/// - Returns: the results in the order of the elements.
func mapInParallel<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) -> Result
) -> [Result] {
    let work = ParallelWork<Element, Result>(elements)
    let width = min(elements.count, max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    let threads = (0..<width).map { _ in ServiceThread(name: "describe") { work.run(body) } }
    for thread in threads { thread.join() }
    return work.results
}

private final class ParallelWork<Element: Sendable, Result: Sendable>: Sendable {
    private let elements: [Element]
    private let next = Atomic(0)
    private let finished = Mutex<[Int: Result]>([:])

    init(_ elements: [Element]) { self.elements = elements }

    func run(_ body: (Element) -> Result) {
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < elements.count else { return }
            let result = body(elements[index])
            finished.withLock { $0[index] = result }
        }
    }

    var results: [Result] { finished.withLock { finished in elements.indices.compactMap { finished[$0] } } }
}
