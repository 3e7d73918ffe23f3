import DataPlane
import Glibc

/// What a plugin may leave behind in its process, as it is at one moment.
struct ProcessTraces {
    /// What each open descriptor leads to, by its number.
    let descriptors: [String: String]
    /// Children of all threads.
    let children: Set<pid_t>
    let threads: Set<String>

    init() {
        var descriptors: [String: String] = [:]
        for name in Self.names(in: "/proc/self/fd") {
            // The descriptor by which the folder is read leads to nothing any more.
            if let target = Self.target(of: "/proc/self/fd/\(name)") { descriptors[name] = target }
        }
        self.descriptors = descriptors
        threads = Set(Self.names(in: "/proc/self/task"))
        let lists = threads.map { Self.text(of: "/proc/self/task/\($0)/children") }
        children = Set(lists.flatMap { $0.split(separator: " ").compactMap { pid_t($0) } })
    }

    /// What the descriptors lead to that were not open at another moment.
    func descriptors(since earlier: ProcessTraces) -> [String] {
        descriptors.filter { earlier.descriptors[$0.key] != $0.value }.map(\.value).sorted()
    }

    /// The names of threads that have come since, once those that are on their way out have gone.
    static func threads(since earlier: ProcessTraces) -> [String] {
        // A thread that has been joined may be seen a moment longer.
        for _ in 0..<200 {
            if ProcessTraces().threads.subtracting(earlier.threads).isEmpty { return [] }
            usleep(5000)
        }
        return ProcessTraces().threads.subtracting(earlier.threads).sorted().map { thread in
            String(text(of: "/proc/self/task/\(thread)/comm").prefix { $0 != "\n" })
        }
    }

    private static func names(in folder: String) -> [String] { (try? fileNames(in: folder)) ?? [] }

    private static func text(of path: String) -> String { String(decoding: (try? readFile(path)) ?? [], as: UTF8.self) }

    private static func target(of link: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink(link, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
