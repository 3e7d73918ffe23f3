import Glibc

/// SQLite tells its errors apart by words, not by codes: these are the words.
///
/// Source: `parse.y`, `resolve.c` and `build.c` of SQLite 3.40.
enum ErrorText {
    static func isIncomplete(_ message: UnsafePointer<CChar>) -> Bool {
        strcmp(message, "incomplete input") == 0
    }

    static func isSyntax(_ message: UnsafePointer<CChar>) -> Bool {
        strstr(message, ": syntax error") != nil || starts(message, "unrecognized token:")
            || starts(message, "parser stack overflow")
    }

    /// Which kind of name could not be resolved; nil if the message is about something else.
    static func nameProblem(_ message: UnsafePointer<CChar>) -> ExecutionStatus? {
        if starts(message, "no such table: ") { return .unknownTable }
        if starts(message, "no such column: ") { return .unknownColumn }
        if starts(message, "no such function: ") { return .unknownFunction }
        return starts(message, "ambiguous column name: ") ? .ambiguous : nil
    }

    /// Whether the statement met a limit that SQLite reports as a plain error.
    static func isLimit(_ message: UnsafePointer<CChar>) -> Bool {
        strcmp(message, "LIKE or GLOB pattern too complex") == 0
    }

    private static func starts(_ message: UnsafePointer<CChar>, _ words: String) -> Bool {
        strncmp(message, words, words.utf8.count) == 0
    }
}
