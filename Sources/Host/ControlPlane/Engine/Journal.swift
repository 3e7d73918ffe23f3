import CPlatform
import DataPlane
import Glibc

/// Verdicts that depend on the machine, kept so that a replay comes to the same ones.
///
/// A row that crashed or hung a step, or took too much memory, is written to the run's `journal` before its outcome is
/// used; later starts of the run give the row the same outcome without trying again. One JSON object a line.
public final class Journal {
    struct Entry: Sendable {
        var code: String
        var detail: String?
    }

    private struct Key: Hashable {
        var node: String
        var ordinal: Int64
        var candidate: Int64
    }

    private let path: String
    private var entries: [Key: Entry] = [:]
    private let descriptor: Int32

    /// Opens or creates the journal and reads what is in it. A last line cut off by a crash is dropped.
    public init(path: String) throws(Failure) {
        self.path = path
        descriptor = fdplatform_open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
        let bytes = try readFile(path)
        let parser = JSONParser()
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: bytes[start..<end], as: UTF8.self)
            guard let value = try? parser.parse(line), let node = value["node"]?.string,
                let ordinal = value["ordinal"]?.int, let candidate = value["candidate"]?.int,
                let code = value["code"]?.string
            else {
                throw Failure(
                    "journal",
                    "the journal of this run is damaged; restore it, or delete the run folder and start anew",
                    at: Location(file: path, line: bytes[..<start].count { $0 == UInt8(ascii: "\n") } + 1))
            }
            entries[Key(node: node, ordinal: ordinal, candidate: candidate)] = Entry(
                code: code, detail: value["detail"]?.string)
            start = end + 1
        }
        if start < bytes.count, ftruncate(descriptor, start) != 0 { throw .system("repair", path, errno: errno) }
    }

    deinit { close(descriptor) }

    func entry(node: String, ordinal: Int64, candidate: Int64) -> Entry? {
        entries.isEmpty ? nil : entries[Key(node: node, ordinal: ordinal, candidate: candidate)]
    }

    /// Writes a verdict down before it is used.
    func append(node: String, ordinal: Int64, candidate: Int64, code: String, detail: String?) throws(Failure) {
        var members: [(String, JSONValue)] = [
            ("node", .string(node)), ("ordinal", .int(ordinal)), ("candidate", .int(candidate)),
            ("code", .string(code)),
        ]
        if let detail { members.append(("detail", .string(detail))) }
        try writeAll(JSONValue.object(members).compact + "\n", to: descriptor, path: path)
        entries[Key(node: node, ordinal: ordinal, candidate: candidate)] = Entry(code: code, detail: detail)
    }
}
