import CSQLite
import DataPlane

/// The replies of all runs, by reply key, in a SQLite file that several processes may write.
///
/// ```
/// replies   id · key (32 bytes, unique) · replay_key · code · text · finish_reason · tokens · provider · …
/// runs      id · name
/// uses      run, reply       which run used which replies, for exports
/// ```
///
/// In WAL mode a commit is a `write(2)`: what is recorded survives SIGKILL. With `synchronous=NORMAL` a power cut can cost
/// the commits since the last checkpoint, never the file (sqlite.org/wal.html, "Performance Considerations").
///
/// A reply that is recorded stays: when two processes ask the same, the first answer wins and both use it. A refusal makes
/// room for whatever comes later.
final class ReplyStore {
    /// An answer to be kept.
    struct Entry {
        var key: ReplyKey
        /// The key with no provider id, under which exports list it.
        var replayKey: ReplyKey
        var answer: RecordedAnswer
        var runID: String
    }

    /// A recorded answer that a run uses again.
    struct Use {
        var replyID: Int64
        var runID: String
    }

    static let formatVersion: Int64 = 1
    static let applicationID: Int64 = 0x4644_7231

    private let database: SQLiteDatabase
    private let statements: Statements
    private let intake: ReplyIntake
    private var runs: [String: Int64] = [:]

    private struct Statements: ~Copyable {
        let find, insert, addRun, findRun, use: SQLiteStatement
    }

    /// Opens the file and makes it when it is not there; takes over what killed processes were about to record.
    ///
    /// - Throws: ``Failure`` when it is damaged, locked, not writable or no reply store.
    init(path: String) throws(Failure) {
        intake = ReplyIntake(storePath: path)
        do {
            database = try SQLiteDatabase(
                path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX)
            database.setBusyTimeout(milliseconds: 10_000)
            try Self.prepare(database)
            let columns =
                "code, text, finish_reason, prompt_tokens, completion_tokens, provider, model, logprobs, tool_calls, reasoning"
            statements = Statements(
                find: try database.prepare("SELECT id, \(columns) FROM replies WHERE key = ?"),
                insert: try database.prepare(
                    """
                    INSERT INTO replies (key, replay_key, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (key) DO UPDATE SET code = excluded.code, text = excluded.text,
                        finish_reason = excluded.finish_reason, prompt_tokens = excluded.prompt_tokens,
                        completion_tokens = excluded.completion_tokens, provider = excluded.provider,
                        model = excluded.model, logprobs = excluded.logprobs, tool_calls = excluded.tool_calls,
                        reasoning = excluded.reasoning
                    WHERE replies.code IS NOT NULL
                    RETURNING id
                    """),
                addRun: try database.prepare("INSERT OR IGNORE INTO runs (name) VALUES (?)"),
                findRun: try database.prepare("SELECT id FROM runs WHERE name = ?"),
                use: try database.prepare("INSERT OR IGNORE INTO uses (run, reply) VALUES (?, ?)"))
        } catch let error as SQLiteError {
            throw Self.failure(error, path: path)
        } catch {
            throw Self.foreign(path)
        }
        try ReplyIntake.takeOver(storePath: path) { entries throws(Failure) in _ = try record(entries, uses: []) }
    }

    /// Keeps answers that ``record(_:uses:)`` is about to be given, so that they cannot be lost meanwhile.
    func keep(_ entries: ArraySlice<Entry>) throws(Failure) { try intake.append(entries) }

    /// The recorded answer of a key and its number in the store.
    func find(_ key: ReplyKey) throws(Failure) -> (id: Int64, answer: RecordedAnswer)? {
        do { return try lookUp(key) } catch { throw Self.failure(error, path: database.path) }
    }

    /// Has all of ``find(_:)`` in one view of the store, which costs less than one each.
    ///
    /// - Parameter body: does not record.
    func reading(_ body: () -> Void) {
        // Where there is no such view, each of them says what is wrong.
        try? database.execute("BEGIN")
        body()
        try? database.execute("COMMIT")
    }

    /// Writes answers and uses in one transaction.
    ///
    /// - Returns: for each entry the answer that the store holds now: the entry's own, or one recorded before it.
    func record(_ entries: [Entry], uses: [Use]) throws(Failure) -> [RecordedAnswer] {
        let answers: [RecordedAnswer]
        do throws(SQLiteError) {
            try database.execute("BEGIN IMMEDIATE")
            answers = try writeAndCommit(entries, uses: uses)
        } catch {
            intake.leave()
            throw Self.failure(error, path: database.path)
        }
        try intake.clear()
        return answers
    }

    private func writeAndCommit(_ entries: [Entry], uses: [Use]) throws(SQLiteError) -> [RecordedAnswer] {
        do {
            var answers: [RecordedAnswer] = []
            for entry in entries { answers.append(try record(entry)) }
            for use in uses { try note(use) }
            try database.execute("COMMIT")
            return answers
        } catch {
            // The first error is the one to report; a failed COMMIT may have rolled back by itself.
            try? database.execute("ROLLBACK")
            runs = [:]
            throw error
        }
    }

    private func record(_ entry: Entry) throws(SQLiteError) -> RecordedAnswer {
        if let id = try insert(entry) {
            try note(Use(replyID: id, runID: entry.runID))
            return entry.answer
        }
        guard let recorded = try lookUp(entry.key) else {
            throw SQLiteError(code: SQLITE_CORRUPT, message: "an index of the table replies disagrees with it")
        }
        try note(Use(replyID: recorded.id, runID: entry.runID))
        return recorded.answer
    }

    private func note(_ use: Use) throws(SQLiteError) {
        let run = try runNumber(use.runID)
        statements.use.bind(1, run)
        statements.use.bind(2, use.replyID)
        defer { statements.use.reset() }
        _ = try statements.use.step()
    }

    private func runNumber(_ name: String) throws(SQLiteError) -> Int64 {
        if let known = runs[name] { return known }
        defer {
            statements.addRun.reset()
            statements.findRun.reset()
        }
        statements.addRun.bind(1, name)
        _ = try statements.addRun.step()
        statements.findRun.bind(1, name)
        _ = try statements.findRun.step()
        let number = statements.findRun.integer(0) ?? 0
        runs[name] = number
        return number
    }

    /// Returns the row's id, or nil when a reply stands there already.
    private func insert(_ entry: Entry) throws(SQLiteError) -> Int64? {
        Self.bind(entry, to: statements.insert)
        defer { statements.insert.reset() }
        return try statements.insert.step() ? statements.insert.integer(0) : nil
    }

    private static func bind(_ entry: Entry, to insert: borrowing SQLiteStatement) {
        insert.bind(1, entry.key.bytes)
        insert.bind(2, entry.replayKey.bytes)
        insert.bind(8, entry.answer.providerID)
        insert.bind(9, entry.answer.model)
        switch entry.answer.content {
        case .rejected(let code, let detail):
            insert.bind(3, code)
            insert.bind(4, detail)
        case .reply(let reply):
            insert.bind(4, reply.text)
            insert.bind(5, reply.finishReason)
            insert.bind(6, reply.promptTokens)
            insert.bind(7, reply.completionTokens)
            insert.bind(10, reply.logprobs)
            insert.bind(11, reply.toolCalls)
            insert.bind(12, reply.reasoning)
        }
    }

    private func lookUp(_ key: ReplyKey) throws(SQLiteError) -> (id: Int64, answer: RecordedAnswer)? {
        statements.find.bind(1, key.bytes)
        defer { statements.find.reset() }
        guard try statements.find.step() else { return nil }
        return (statements.find.integer(0) ?? 0, Self.answer(of: statements.find, from: 1))
    }
}

extension ReplyStore {
    /// Reads an answer out of the columns code … reasoning, the first of which is `column`.
    static func answer(of row: borrowing SQLiteStatement, from column: Int32) -> RecordedAnswer {
        let provider = row.text(column + 5) ?? ""
        let model = row.text(column + 6) ?? ""
        let text = row.text(column + 1) ?? ""
        if let code = row.text(column) {
            return RecordedAnswer(code: code, detail: text, providerID: provider, model: model)
        }
        return RecordedAnswer(
            CompletionReply(
                text: text, finishReason: row.text(column + 2) ?? "", promptTokens: row.integer(column + 3),
                completionTokens: row.integer(column + 4), providerID: provider, model: model,
                logprobs: row.text(column + 7), toolCalls: row.text(column + 8), reasoning: row.text(column + 9)))
    }
}
