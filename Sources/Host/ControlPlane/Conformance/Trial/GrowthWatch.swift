import CPlatform
import DataPlane
import Glibc

/// Watches the memory of this process while something is done again and again.
///
/// What is cached grows less and less; what leaks grows the same in every round. So the round that grew least counts: no
/// block of malloc is smaller than 32 bytes, with its header, on a 64-bit machine. Each round is on a thread of its own,
/// since malloc keeps some free blocks for a thread while it lives and counts them as in use.
enum GrowthWatch {
    /// Less growth than this for each time is not taken for a leak.
    private static let smallestLeakBytes = 24
    /// What is not of the heap may grow by this for all rounds together.
    private static let residentTolerance = 8 << 20

    /// Does something `rounds` × `count` times after one round to warm up.
    static func expectNone(
        rounds: Int, of count: Int, _ what: String, _ body: @escaping () throws(Finding) -> Void
    ) throws(Finding) {
        if fdplatform_has_address_sanitizer() == 1 { throw .skip("the address sanitizer looks for leaks itself") }
        var heap: [Int] = []
        var resident: [Int] = []
        for _ in 0...rounds {
            try Round(count, body).run()
            heap.append(Int(fdplatform_heap_in_use()))
            resident.append(residentBytes)
        }
        let each = leastGrowth(heap) / count
        if each >= smallestLeakBytes {
            throw .fault("the heap grew by at least \(each) bytes with each of \(rounds * count) \(what)")
        }
        let grown = (resident.last ?? 0) - resident[0]
        if leastGrowth(resident) > 0, grown > residentTolerance {
            throw .fault("resident memory grew by \(grown >> 20) MiB with \(rounds * count) \(what)")
        }
    }

    /// Unchecked because the thread is joined before anything is read, and nothing else runs meanwhile.
    private final class Round: @unchecked Sendable {
        private let count: Int
        private let body: () throws(Finding) -> Void
        private var finding: Finding?

        init(_ count: Int, _ body: @escaping () throws(Finding) -> Void) {
            self.count = count
            self.body = body
        }

        func run() throws(Finding) {
            ServiceThread(name: "round") {
                do throws(Finding) {
                    for _ in 0..<self.count { try self.body() }
                } catch {
                    self.finding = error
                }
            }.join()
            if let finding { throw finding }
        }
    }

    private static func leastGrowth(_ readings: [Int]) -> Int {
        zip(readings, readings.dropFirst()).map { $1 - $0 }.min() ?? 0
    }

    private static var residentBytes: Int {
        let bytes = (try? readFile("/proc/self/statm")) ?? []
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
