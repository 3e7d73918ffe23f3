import Blocking
import CSQLite
import DataPlane
import Foundation
import Synchronization
import Testing

@testable import InferencePlane

@Suite(.timeLimit(.minutes(1)))
struct ReplyStoreTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func key(_ number: UInt8) -> ReplyKey { ReplyKey(bytes: [UInt8](repeating: number, count: 32)) }

    private func reply(_ text: String) -> RecordedAnswer {
        RecordedAnswer(
            CompletionReply(
                text: text, finishReason: "stop", promptTokens: 3, completionTokens: nil, providerID: "p", model: "m"))
    }

    private func entry(_ number: UInt8, _ answer: RecordedAnswer, run: String = "r") -> ReplyStore.Entry {
        .init(key: key(number), replayKey: key(number), answer: answer, runID: run)
    }

    private func message(opening path: String) -> String {
        do {
            _ = try ReplyStore(path: path)
            return "opened"
        } catch { return FailureRenderer.render(error) }
    }

    @Test func theFirstRecordedReplyStays() throws {
        let (one, other) = (try ReplyStore(path: scratch.store), try ReplyStore(path: scratch.store))
        #expect(try one.record([entry(1, reply("first"))], uses: []) == [reply("first")])
        #expect(
            try other.record([entry(1, reply("second")), entry(2, reply("x"))], uses: []) == [
                reply("first"), reply("x"),
            ])
        #expect(try one.find(key(1))?.answer == reply("first"))
        #expect(try one.find(key(3)) == nil)
    }

    @Test func aRefusalMakesRoomForWhatComesLater() throws {
        let store = try ReplyStore(path: scratch.store)
        let refusal = RecordedAnswer(code: "content_filtered", detail: "no", providerID: "p", model: "m")
        #expect(try store.record([entry(1, refusal)], uses: []) == [refusal])
        #expect(try store.find(key(1))?.answer == refusal)
        #expect(try store.record([entry(1, reply("yes"))], uses: []) == [reply("yes")])
        #expect(try store.record([entry(1, refusal)], uses: []) == [reply("yes")])
    }

    @Test(.blocking) func manyProcessesWriteAtOnce() throws {
        _ = try ReplyStore(path: scratch.store)
        // Python's own SQLite writes beside us, in transactions that take turns with ours.
        let script = """
            import sqlite3, sys
            base = int(sys.argv[2])
            db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
            for i in range(100):
                db.execute("BEGIN IMMEDIATE")
                k = bytes([base, i]) * 16
                db.execute("INSERT INTO replies (key, replay_key, text, provider, model) VALUES (?, ?, 't', 'p', 'm')", (k, k))
                db.execute("COMMIT")
            """
        let path = scratch.store
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            do {
                if worker < 2 {
                    _ = try python(script, path, "\(200 + worker)")
                    return
                }
                let store = try ReplyStore(path: path)
                for number in 0..<100 {
                    let key = ReplyKey(bytes: (0..<16).flatMap { _ in [UInt8(worker), UInt8(number)] })
                    let entry = ReplyStore.Entry(key: key, replayKey: key, answer: reply("t"), runID: "r")
                    _ = try store.record([entry], uses: [])
                }
            } catch { failures.withLock { $0.append("\(error)") } }
        }
        #expect(failures.withLock { $0 } == [])
        let database = try SQLiteDatabase(path: path, flags: SQLITE_OPEN_READWRITE)
        #expect(try database.integer("SELECT count(*) FROM replies") == 400)
    }

    @Test func manyMayOpenANewStoreAtOnce() throws {
        let failures = Mutex<[String]>([])
        for round in 0..<20 {
            let path = "\(scratch.path)/\(round).sqlite"
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                do { _ = try ReplyStore(path: path) } catch { failures.withLock { $0.append("\(error)") } }
            }
        }
        #expect(failures.withLock { $0 } == [])
    }

    @Test func aDamagedFileIsNamedWithTheRemedy() throws {
        _ = try scratch.write("replies.sqlite", String(repeating: "not a database. ", count: 1000))
        #expect(
            message(opening: scratch.store)
                == "error: '\(scratch.store)' is no SQLite database; if it is another file, name the reply store; if it was the "
                + "reply store, move it away together with '\(scratch.store)-wal' and '\(scratch.store)-shm': the next run asks again for what it held"
        )
    }

    @Test func damageThatShowsInTheMiddleOfARunDefersAndSaysSo() async throws {
        let server = try TestServer { request, _ in String(repeating: request.question, count: 2000) }
        defer { server.close() }
        let config = try scratch.config(url: server.url)
        let first = try Gateway(config, replyStorePath: scratch.store, events: EventRecorder())
        for sample in 0..<40 { _ = await first.ask(question("\(sample)")) }
        first.shutdown(drainSeconds: 1)
        // The schema stays readable, everything after it is overwritten.
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: scratch.store))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0x5A, count: Int(size) - 4096))
        try file.close()
        let second = try Gateway(config, replyStorePath: scratch.store, events: EventRecorder())
        let expected =
            "deferred: the reply store '\(scratch.store)' is damaged (database disk image is malformed); move it away "
            + "together with '\(scratch.store)-wal' and '\(scratch.store)-shm': the next run asks again for what it held"
        #expect(await second.ask(question("0"))[0].line == expected)
        #expect(await second.ask(question("new"))[0].line == expected)
        #expect(server.requests.count == 40)
    }

    @Test func aStoreThatCannotBeWrittenDefersWhatItCannotRecord() async throws {
        let server = try TestServer { request, _ in request.question }
        defer { server.close() }
        let gateway = try Gateway(
            scratch.config(url: server.url), replyStorePath: scratch.store, events: EventRecorder())
        #expect(await gateway.ask(question("a"))[0].line == "reply: a")
        // The table is taken away under the gateway's feet, as a stranger with another tool might.
        let stranger = try SQLiteDatabase(path: scratch.store, flags: SQLITE_OPEN_READWRITE)
        stranger.setBusyTimeout(milliseconds: 10_000)
        try stranger.execute("ALTER TABLE replies ADD COLUMN extra TEXT NOT NULL DEFAULT ''; DROP TABLE uses")
        let line = await gateway.ask(question("b"))[0].line
        #expect(
            line
                == "deferred: the reply store '\(scratch.store)' cannot be used (no such table: uses); its folder must "
                + "exist and be writable")
        #expect(try stranger.integer("SELECT count(*) FROM replies") == 1)
    }

    @Test func aLockedStoreIsNamedWithTheRemedy() throws {
        let error = SQLiteError(code: SQLITE_BUSY, message: "database is locked")
        #expect(
            ReplyStore.failure(error, path: "r.sqlite").message
                == "the reply store 'r.sqlite' is locked by another process (database is locked); wait for it or end it, "
                + "then run the same command again")
    }

    @Test func aFullDiskIsNamedWithTheRemedy() throws {
        let error = SQLiteError(code: SQLITE_FULL, message: "database or disk is full")
        #expect(
            ReplyStore.failure(error, path: "r.sqlite").message
                == "the reply store 'r.sqlite' cannot grow (database or disk is full); make room, then run the same "
                + "command again")
    }

    @Test func aDiskThatFailsIsNamedWithTheRemedy() throws {
        let error = SQLiteError(code: SQLITE_IOERR, message: "disk I/O error")
        #expect(
            ReplyStore.failure(error, path: "r.sqlite").message
                == "the reply store 'r.sqlite' cannot be read or written (disk I/O error); see whether its disk is full or "
                + "failing, then run the same command again")
    }

    @Test func aMissingFolderIsNamedWithTheRemedy() {
        let path = scratch.path + "/nowhere/replies.sqlite"
        #expect(
            message(opening: path)
                == "error: the reply store '\(path)' cannot be used (unable to open database file); its folder must exist "
                + "and be writable")
    }

    @Test func anotherDatabaseIsRefused() throws {
        let other = try SQLiteDatabase(path: scratch.store, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        try other.execute("CREATE TABLE t (a)")
        let expected =
            "error: '\(scratch.store)' is not a reply store of this version; name another file for the "
            + "replies"
        #expect(message(opening: scratch.store) == expected)
    }

    @Test func aLaterFormatIsRefused() throws {
        _ = try ReplyStore(path: scratch.store)
        let other = try SQLiteDatabase(path: scratch.store, flags: SQLITE_OPEN_READWRITE)
        try other.execute("PRAGMA user_version = 2")
        #expect(
            message(opening: scratch.store).hasPrefix("error: '\(scratch.store)' is not a reply store"))
    }

    @Test func reasoningIsKept() throws {
        let answer = RecordedAnswer(
            CompletionReply(
                text: "4", finishReason: "stop", promptTokens: 1, completionTokens: 9, providerID: "p", model: "m",
                reasoning: "2 and\n2"))
        _ = try ReplyStore(path: scratch.store).record([entry(1, answer)], uses: [])
        #expect(try ReplyStore(path: scratch.store).find(key(1))?.answer == answer)
    }

    /// The tables as version 0.1 made them.
    @Test(.blocking) func aStoreWithoutReasoningGetsTheColumnAndServesItsHostsOn() throws {
        let script = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], isolation_level=None)
            db.executescript(\"\"\"
                CREATE TABLE replies (
                    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, replay_key BLOB NOT NULL, code TEXT, text TEXT NOT NULL,
                    finish_reason TEXT, prompt_tokens INTEGER, completion_tokens INTEGER, provider TEXT NOT NULL,
                    model TEXT NOT NULL, logprobs TEXT, tool_calls TEXT);
                CREATE TABLE runs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
                CREATE TABLE uses (run INTEGER, reply INTEGER, PRIMARY KEY (run, reply)) WITHOUT ROWID;
                PRAGMA application_id = 0x46447231;
                PRAGMA user_version = 1;
            \"\"\")
            """
        let insert = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], isolation_level=None)
            k = bytes([int(sys.argv[2])]) * 32
            db.execute("INSERT INTO replies (key, replay_key, text, provider, model) VALUES (?, ?, 'old', 'p', 'm')", (k, k))
            """
        _ = try python(script, scratch.store)
        _ = try python(insert, scratch.store, "1")
        let store = try ReplyStore(path: scratch.store)
        #expect(try store.find(key(1))?.answer.reply?.text == "old")
        #expect(try store.find(key(1))?.answer.reply?.reasoning == nil)
        _ = try python(insert, scratch.store, "2")
        #expect(try store.find(key(2))?.answer.reply?.text == "old")
        #expect(try ReplyStoreStatistics(store: scratch.store).groups.count == 1)
    }

    @Test(.blocking) func aKilledWriterLosesNothingThatWasCommitted() throws {
        // A child commits through the same modes, tells us, and is killed before it could close anything.
        let script = """
            import os, signal, sqlite3, sys
            db = sqlite3.connect(sys.argv[1], isolation_level=None)
            db.execute("PRAGMA synchronous = NORMAL")
            k = bytes([9]) * 32
            db.execute("INSERT INTO replies (key, replay_key, text, provider, model) VALUES (?, ?, 'kept', 'p', 'm')", (k, k))
            print("committed", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
            """
        _ = try ReplyStore(path: scratch.store)
        #expect(throws: Failure.self) { try python(script, scratch.store) }
        guard case .reply(let reply) = try ReplyStore(path: scratch.store).find(key(9))?.answer.content else {
            throw Failure("test", "the reply is gone")
        }
        #expect(reply.text == "kept")
    }
}
