import CSQLite

/// SQLite's way to files, closed but for one: a database may be opened for reading, and what a statement has to put
/// aside (for sorting, grouping, subqueries) lies in memory. No file is ever made, written or removed.
///
/// This is a fence that no statement can reach, whatever SQLite lets through; and it is faster than
/// `PRAGMA temp_store = MEMORY`, which takes memory anew for each row that is sorted. Source of the interface:
/// <https://www.sqlite.org/vfs.html>; of the files in memory: `memdb.c` of SQLite.
enum SealedFiles {
    /// Its name, to open a database with; nil if SQLite could not take it.
    static let name: String? = register()

    private static func register() -> String? {
        sqlite3_initialize()
        guard let base = sqlite3_vfs_find(nil), let memory = sqlite3_vfs_find("memdb") else { return nil }
        let name = "fastdistill-sealed"
        let sealed = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        sealed.initialize(to: base.pointee)
        let characters = UnsafeMutablePointer<CChar>.allocate(capacity: name.utf8.count + 1)
        for (index, byte) in name.utf8.enumerated() { characters[index] = CChar(bitPattern: byte) }
        characters[name.utf8.count] = 0
        sealed.pointee.zName = UnsafePointer(characters)
        sealed.pointee.pNext = nil
        sealed.pointee.szOsFile = max(base.pointee.szOsFile, memory.pointee.szOsFile)
        sealed.pointee.xOpen = openSealed
        sealed.pointee.xDelete = { _, _, _ in SQLITE_IOERR }
        return sqlite3_vfs_register(sealed, 0) == SQLITE_OK ? name : nil
    }
}

private func openSealed(
    _: UnsafeMutablePointer<sqlite3_vfs>?, path: UnsafePointer<CChar>?, file: UnsafeMutablePointer<sqlite3_file>?,
    flags: Int32, given: UnsafeMutablePointer<Int32>?
) -> Int32 {
    if path != nil, flags & SQLITE_OPEN_MAIN_DB != 0, flags & SQLITE_OPEN_READWRITE == 0 {
        guard let base = sqlite3_vfs_find(nil), let open = base.pointee.xOpen else { return SQLITE_CANTOPEN }
        return open(base, path, file, flags, given)
    }
    let temporary = SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_TEMP_JOURNAL | SQLITE_OPEN_SUBJOURNAL
    guard flags & temporary != 0, let memory = sqlite3_vfs_find("memdb"), let open = memory.pointee.xOpen else {
        return SQLITE_CANTOPEN
    }
    return open(memory, nil, file, flags, given)
}
