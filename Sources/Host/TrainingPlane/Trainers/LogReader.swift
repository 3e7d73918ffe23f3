import DataPlane

/// Reads the lines that have been added to a log.
struct LogReader {
    private let path: String
    private var offset: Int
    private var carried: [UInt8] = []

    /// - Parameter offset: where to begin.
    init(_ path: String, from offset: Int) {
        self.path = path
        self.offset = offset
    }

    /// Where the next byte will be read.
    var position: Int { offset }

    /// How long the log is now.
    func byteCount() throws(Failure) -> Int { try InputFile(path).byteCount() }

    /// The whole lines since the last time. Progress bars end a line with a carriage return.
    mutating func next() throws(Failure) -> [String] {
        let file = try InputFile(path)
        let end = try file.byteCount()
        guard end > offset else { return [] }
        let bytes = try file.read(at: offset, count: min(end - offset, 1 << 20))
        offset += bytes.count
        carried += bytes
        var lines = carried.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let rest = Array(lines.removeLast().suffix(64 * 1024))
        let whole = lines.flatMap { $0.split(separator: UInt8(ascii: "\r")) }
            .map { String(decoding: $0, as: UTF8.self) }
        carried = rest
        return whole
    }

    /// What stands behind the last line end, once nothing more will come.
    mutating func last() -> String? {
        defer { carried = [] }
        return carried.isEmpty ? nil : String(decoding: carried, as: UTF8.self)
    }
}
