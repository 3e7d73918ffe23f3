import CSQLite
import Glibc

/// Called by SQLite for everything that a statement it compiles would do: lets reading through and refuses the rest.
///
/// Source of the actions: <https://www.sqlite.org/c3ref/c_alter_table.html>.
func authorizeReading(
    _ context: UnsafeMutableRawPointer?, action: Int32, _: UnsafePointer<CChar>?, second: UnsafePointer<CChar>?,
    _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?
) -> Int32 {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE:
        return SQLITE_OK
    case SQLITE_FUNCTION:
        if let second, !ForbiddenFunctions.contains(second) { return SQLITE_OK }
    default:
        break
    }
    context?.assumingMemoryBound(to: StatementWatch.Notes.self).pointee.isRefused = true
    return SQLITE_DENY
}

/// Functions that reach outside the database, or change how it works.
private enum ForbiddenFunctions {
    private static let names = [
        "load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "sqlite_log", "optimize",
    ]

    static func contains(_ name: UnsafePointer<CChar>) -> Bool {
        guard strchr("lrwefso", Int32(name.pointee | 0x20)) != nil else { return false }
        return names.contains { strcasecmp($0, name) == 0 }
    }
}
