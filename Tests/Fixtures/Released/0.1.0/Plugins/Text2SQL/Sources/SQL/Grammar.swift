import CSQLite

/// Asks SQLite's own parser whether a text is a statement, without any database.
///
/// A statement about tables that do not exist still parses, and SQLite says "no such table" only after it has.
/// Nothing is ever run. A finding costs some microseconds. A class, because steps are copied and the handle is not.
final class Grammar {
    enum Finding: Equatable {
        /// A whole statement, names aside.
        case complete
        /// The text ends where the statement could not.
        case incomplete
        /// No statement; the parser gave up at this byte offset.
        case wrong(offset: Int)
    }

    private let memory: OpaquePointer

    init() {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nil)
        guard code == SQLITE_OK, let handle else { preconditionFailure("SQLite has no memory left") }
        memory = handle
        // Some PRAGMAs act while they are compiled: https://www.sqlite.org/pragma.html
        sqlite3_set_authorizer(handle, refusePragmas, nil)
    }

    deinit {
        sqlite3_close_v2(memory)
    }

    /// Judges the first statement in `range` of `text`.
    func check(_ text: [UInt8], in range: Range<Int>) -> Finding {
        var statement: OpaquePointer?
        let code = text.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let base = characters.baseAddress else { return SQLITE_OK }
                return sqlite3_prepare_v2(memory, base + range.lowerBound, Int32(range.count), &statement, nil)
            }
        }
        if code == SQLITE_OK {
            let isStatement = statement != nil
            sqlite3_finalize(statement)
            return isStatement ? .complete : .incomplete
        }
        guard code == SQLITE_ERROR, let message = sqlite3_errmsg(memory) else { return .complete }
        if ErrorText.isIncomplete(message) { return .incomplete }
        if ErrorText.isSyntax(message) {
            return .wrong(offset: range.lowerBound + max(0, Int(sqlite3_error_offset(memory))))
        }
        return .complete
    }

    /// Whether SQLite takes `name` as the name of a table and of a column without quotes around it.
    func isBareName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, !first.isDigit, first != UInt8(ascii: "$"),
            bytes.allSatisfy({ $0.isNamePart })
        else { return false }
        guard sqlite3_keyword_check(name, Int32(bytes.count)) != 0 else { return true }
        let probe = Array("SELECT \(name), \(name).\(name) FROM \(name)".utf8)
        return check(probe, in: 0..<probe.count) == .complete
    }
}

private func refusePragmas(
    _: UnsafeMutableRawPointer?, action: Int32, _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?,
    _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?
) -> Int32 {
    action == SQLITE_PRAGMA || action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK
}
