import CSQLite
import DataPlane
import Glibc

/// Writes a replay file out of a reply store, so that a recorded run can be run again without its provider.
///
/// ```swift
/// try exportReplies(store: "runs/replies.sqlite", to: "replies.jsonl", run: "demo-3f2a9c1b7e44")
/// ```
///
/// The lines are sorted by key, so the same replies make the same file. A key that several providers answered is written
/// once: a reply goes before a refusal, then the provider whose id sorts first.
///
/// - Parameter run: the run whose replies are wanted; nil for all of the store.
/// - Returns: how many replies were written.
/// - Throws: ``Failure`` when the store has no such run, the file is there already, or one of the files cannot be used.
@discardableResult
public func exportReplies(store: String, to file: String, run: String? = nil) throws(Failure) -> Int {
    guard PathKind(file) == nil else {
        throw Failure("usage", "'\(file)' is there already; name another file, or remove it")
    }
    return try ReplyStore.using(store) { database in
        let output = try ReplacingFile(file)
        let count = try writeReplies(of: database, run: run, to: output)
        try output.commit()
        return count
    }
}

private func writeReplies(of database: borrowing SQLiteDatabase, run: String?, to output: ReplacingFile) throws -> Int {
    var filter = ""
    if let run {
        let find = try database.prepare("SELECT id FROM runs WHERE name = ?")
        find.bind(1, run)
        guard try find.step(), let number = find.integer(0) else {
            throw Failure(
                "usage", "the reply store '\(database.path)' has no run '\(run)'",
                at: Location(file: database.path))
        }
        filter = "WHERE id IN (SELECT reply FROM uses WHERE run = \(number))"
    }
    let rows = try database.prepare(
        """
        SELECT replay_key, code, text, finish_reason, prompt_tokens, completion_tokens, provider, model, logprobs, tool_calls,
               reasoning
        FROM replies \(filter) ORDER BY replay_key, code IS NOT NULL, provider, key
        """)
    let parser = JSONParser()
    var last: [UInt8] = []
    var count = 0
    while try rows.step() {
        let key = rows.bytes(0)
        if key == last { continue }
        last = key
        let answer = ReplyStore.answer(of: rows, from: 1)
        try output.write(ReplayLine.format(ReplyKey(bytes: key), answer, parser: parser) + "\n")
        count += 1
    }
    return count
}

/// A file that appears under its name only when it is whole.
private final class ReplacingFile {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isCommitted = false

    init(_ path: String) throws(Failure) {
        self.path = path
        temporary = "\(path).\(getpid()).new"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("create", temporary, errno: errno) }
    }

    deinit {
        close(descriptor)
        if !isCommitted { unlink(temporary) }
    }

    func write(_ text: String) throws(Failure) {
        buffer += text.utf8
        if buffer.count >= 256 * 1024 { try flush() }
    }

    func commit() throws(Failure) {
        try flush()
        guard fsync(descriptor) == 0 else { throw .system("write", path, errno: errno) }
        guard rename(temporary, path) == 0 else { throw .system("replace", path, errno: errno) }
        isCommitted = true
        try syncFolder(containing: path)
    }

    private func flush() throws(Failure) {
        try writeAll(buffer[...], to: descriptor, path: path)
        buffer.removeAll(keepingCapacity: true)
    }
}
