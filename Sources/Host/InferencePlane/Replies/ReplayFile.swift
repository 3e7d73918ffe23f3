import DataPlane

/// A file of recorded replies, opened for answering: an index of keys in memory, the replies on disk.
///
/// Opening reads and checks every line. Memory is 48 bytes a line, whatever the length of the replies.
final class ReplayFile {
    private struct Line {
        /// The key as four numbers, so that an entry needs no memory of its own.
        var key: (UInt64, UInt64, UInt64, UInt64)
        var offset: Int
        var length: Int32
        var number: Int32
    }

    private let file: InputFile
    private let provider: Provider
    private let parser = JSONParser()
    /// Sorted by key.
    private var lines: [Line] = []

    /// - Throws: ``Failure`` with the line: unreadable, not JSON, not a reply, a key twice.
    init(_ path: String, provider: Provider) throws(Failure) {
        file = try InputFile(path)
        self.provider = provider
        try index()
        lines.sort { $0.key == $1.key ? $0.offset < $1.offset : $0.key < $1.key }
        for (first, second) in zip(lines, lines.dropFirst()) where first.key == second.key {
            throw Failure(
                "replay", "the key stands twice; it is already in line \(first.number)",
                at: Location(file: path, line: Int(second.number)))
        }
    }

    /// The recorded answer of a key.
    ///
    /// - Complexity: O(log lines), one read of the file.
    func find(_ key: ReplyKey) throws(Failure) -> RecordedAnswer? {
        let wanted = Self.words(key)
        var (low, high) = (0, lines.count)
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].key < wanted { low = middle + 1 } else { high = middle }
        }
        guard low < lines.count, lines[low].key == wanted else { return nil }
        let line = lines[low]
        let bytes = try file.read(at: line.offset, count: Int(line.length))
        return try parse(bytes[...], number: Int(line.number)).answer
    }

    private func index() throws(Failure) {
        var open: [UInt8] = []
        var offset = 0
        var number = 1
        while true {
            let piece = try file.read()
            if piece.isEmpty { break }
            var rest = piece[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                open += rest[..<end]
                try add(open, offset: offset, number: number)
                offset += open.count + 1
                number += 1
                open.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
            }
            open += rest
        }
        try add(open, offset: offset, number: number)
    }

    private func add(_ bytes: [UInt8], offset: Int, number: Int) throws(Failure) {
        if bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return }
        guard let length = Int32(exactly: bytes.count), let line = Int32(exactly: number) else {
            throw Failure("replay", "the line or the file is too long", at: Location(file: file.path, line: number))
        }
        let key = try parse(bytes[...], number: number).key
        lines.append(Line(key: Self.words(key), offset: offset, length: length, number: line))
    }

    private func parse(_ bytes: ArraySlice<UInt8>, number: Int) throws(Failure) -> (
        key: ReplyKey, answer: RecordedAnswer
    ) {
        do {
            let json: JSONValue
            do {
                json = try bytes.withUnsafeBytes { try parser.parse($0) }
            } catch let error as JSONSyntaxError {
                throw Failure("replay", "\(error)")
            }
            return try ReplayLine.parse(json, provider: provider)
        } catch {
            var failure = error as? Failure ?? Failure("replay", "\(error)")
            failure.location = Location(file: file.path, line: number)
            throw failure
        }
    }

    private static func words(_ key: ReplyKey) -> (UInt64, UInt64, UInt64, UInt64) {
        func word(_ start: Int) -> UInt64 { key.bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        return (word(0), word(8), word(16), word(24))
    }
}
