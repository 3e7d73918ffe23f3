import Glibc

/// Examples by database, in the order of their file.
struct ShotLibrary {
    /// Why the file of examples cannot be used.
    struct Fault: Error, Equatable {
        let message: String
    }

    private var shots: [String: [Shot]] = [:]

    init() {}

    /// Reads a JSONL file with `db_id`, `question` and `gold_sql` on each line; other members are ignored.
    init(path: String) throws(Fault) {
        let text = try Self.contents(of: path)
        for (index, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
            let members = FlatJSON.texts(Array(line))
            guard let database = members["db_id"], let question = members["question"], let sql = members["gold_sql"]
            else {
                throw Fault(
                    message:
                        "Line \(index + 1) of the examples is no JSON object with the texts `db_id`, `question` and "
                        + "`gold_sql`.")
            }
            shots[database, default: []].append(Shot(question: question, sql: sql))
        }
    }

    /// The first `count` examples of a database that do not ask `question` itself.
    func shots(for database: String, count: Int, without question: String) -> [Shot] {
        let asked = Self.words(question)
        return Array((shots[database] ?? []).lazy.filter { Self.words($0.question) != asked }.prefix(count))
    }

    /// A question as it is compared: ASCII letters and digits in lower case, other characters as they are, no white space
    /// and no punctuation.
    private static func words(_ question: String) -> [UInt8] {
        question.utf8.filter(\.isNamePart).map { $0.isLetter ? $0 | 0x20 : $0 }
    }

    private static func contents(of path: String) throws(Fault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Fault(message: "The examples cannot be opened: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else {
                throw Fault(message: "The examples cannot be read: \(String(cString: strerror(errno))).")
            }
            if count == 0 { return contents }
            contents += buffer[..<count]
        }
    }
}
