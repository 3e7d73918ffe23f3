import DataPlane
import Synchronization

/// Counts the rows of a source in the background, so that the display can say how long is left.
///
/// An estimate: lines of text files, without regard to quoted line ends in CSV; nothing for Parquet.
final class RowCount: Sendable {
    private let total = Atomic<Int>(-1)

    init(_ source: SourceDescription) {
        guard source.format != .parquet else { return }
        let paths = source.files.map(\.path)
        let headers = source.format == .csv ? paths.count : 0
        // The thread is not waited for: it only reads, and the process may end before it.
        _ = ServiceThread(name: "row count") { [weak self] in
            var lines = 0
            for path in paths {
                // A file that cannot be read is reported by the reader, with its reason.
                try? forEachLine(of: path) { if !$0.isEmpty { lines += 1 } }
            }
            self?.total.store(max(lines - headers, 0), ordering: .relaxed)
        }
    }

    /// Nil while it is not known.
    var rows: Int? {
        let value = total.load(ordering: .relaxed)
        return value < 0 ? nil : value
    }
}
