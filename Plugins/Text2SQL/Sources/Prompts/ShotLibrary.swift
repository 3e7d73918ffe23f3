import CSQLite
import Glibc

/// Solved questions, of which the nearest to a new question are shown to the model.
///
/// Near is BM25 over the words of the questions (S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25
/// and Beyond, 2009, doi:10.1561/1500000019), as SQLite's FTS5 computes it.
final class ShotLibrary {
    /// Why the file of examples cannot be used.
    struct Fault: Error, Equatable {
        let message: String
    }

    private static let table = "CREATE VIRTUAL TABLE shots USING fts5(question, sql UNINDEXED, db_id UNINDEXED)"
    private var database: OpaquePointer?
    private var search: OpaquePointer?
    /// The questions as they are compared, by rowid - 1.
    private var asked: [String] = []

    /// Which lines of the file are not for showing.
    struct Split {
        /// The member that says to which split a line belongs.
        let member: String
        let leftOut: [String]

        /// Where a file may say nothing of splits.
        static let usualMember = "split"
    }

    /// Reads a JSONL file with `db_id`, `question` and `gold_sql` on each line; other members but that of `split` are
    /// ignored.
    ///
    /// - Throws: `Fault` if a line lacks a member, if some lines say to which split they belong and others do not, or if
    ///   none does and the member is not the usual one.
    init(path: String, split: Split = Split(member: Split.usualMember, leftOut: ["test"])) throws(Fault) {
        let text = try Self.contents(of: path)
        guard sqlite3_open(":memory:", &database) == SQLITE_OK,
            sqlite3_exec(database, Self.table, nil, nil, nil) == SQLITE_OK
        else { throw fault() }
        let insert = try prepare("INSERT INTO shots VALUES (?, ?, ?)")
        defer { sqlite3_finalize(insert) }
        var hasSplits: Bool?
        for (index, line) in text.split(separator: UInt8(ascii: "\n")).enumerated() {
            let members = FlatJSON.texts(Array(line))
            guard let database = members["db_id"], let question = members["question"], let sql = members["gold_sql"]
            else {
                throw Fault(
                    message:
                        "Line \(index + 1) of the examples is no JSON object with the texts `db_id`, `question` and "
                        + "`gold_sql`.")
            }
            let part = members[split.member]
            if let hasSplits, hasSplits != (part != nil) {
                throw Fault(
                    message:
                        "Line \(index + 1) of the examples \(hasSplits ? "has no" : "has a") text `\(split.member)`, other "
                        + "than the lines before it; say of all to which split they belong, or of none.")
            }
            hasSplits = part != nil
            if let part, split.leftOut.contains(part) { continue }
            asked.append(Self.words(question))
            for (position, value) in [question, sql, database].enumerated() { bind(insert, Int32(position + 1), value) }
            guard sqlite3_step(insert) == SQLITE_DONE else { throw fault() }
            sqlite3_reset(insert)
        }
        if hasSplits == false, split.member != Split.usualMember {
            throw Fault(
                message:
                    "No line of the examples has a text `\(split.member)`; name in `split_member` the one that says to which "
                    + "split they belong.")
        }
        search = try prepare(
            "SELECT question, sql, rowid FROM shots WHERE shots MATCH ? AND db_id = ? ORDER BY bm25(shots), rowid")
    }

    deinit {
        sqlite3_finalize(search)
        sqlite3_close(database)
    }

    /// The `count` examples of a database that are nearest to `question`, the nearest last, where a model heeds it
    /// most; never the question itself.
    func shots(for databaseID: String, count: Int, without question: String) -> [Shot] {
        let words = question.utf8.split { !$0.isNamePart }.map { "\"\(String(decoding: Array($0), as: UTF8.self))\"" }
        guard !words.isEmpty else { return [] }
        let asked = Self.words(question)
        bind(search, 1, words.joined(separator: " OR "))
        bind(search, 2, databaseID)
        defer { sqlite3_reset(search) }
        var shots: [Shot] = []
        while shots.count < count, sqlite3_step(search) == SQLITE_ROW {
            if self.asked[Int(sqlite3_column_int64(search, 2)) - 1] == asked { continue }
            shots.append(Shot(question: text(0), sql: text(1)))
        }
        return shots.reversed()
    }

    private func text(_ column: Int32) -> String {
        sqlite3_column_text(search, column).map { String(cString: $0) } ?? ""
    }

    private func bind(_ statement: OpaquePointer?, _ position: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { chars in
                _ = fdsqlite_bind_text(statement, position, chars.baseAddress, Int32(chars.count))
            }
        }
    }

    private func prepare(_ sql: String) throws(Fault) -> OpaquePointer? {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else { throw fault() }
        return statement
    }

    private func fault() -> Fault {
        let reason = sqlite3_errmsg(database).map { String(cString: $0) } ?? "out of memory"
        return Fault(message: "The examples cannot be indexed: \(reason).")
    }

    /// A question as it is compared: its letters, marks and digits in small letters, full-width ones as ordinary ones.
    /// Swift's `==` does not tell composed characters from decomposed ones.
    private static func words(_ question: String) -> String {
        var words = String.UnicodeScalarView()
        for scalar in question.unicodeScalars {
            let isWide = (0xFF01...0xFF5E).contains(scalar.value)
            let plain = isWide ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
            let properties = plain.properties
            let isMark = properties.generalCategory == .nonspacingMark || properties.generalCategory == .spacingMark
            if properties.isAlphabetic || properties.numericType != nil || isMark { words.append(plain) }
        }
        return String(words).lowercased()
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
