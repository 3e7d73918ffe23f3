import CPlatform
import DataPlane
import Glibc
import Synchronization

/// Writes the events of a run to `events.jsonl` (Docs/specs/run-directory.md).
///
/// Each event gets its kind, the number of the session (a start of the run) and the microseconds since the session
/// began. Lines are collected and written a few times a second, and always before the session ends.
public final class EventLog: EventSink {
    private struct State {
        var pending: [UInt8] = []
        var failure: Failure?
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    private let path: String
    private let start = monotonicNanoseconds()
    public let session: Int64

    /// Opens the log for another session and counts the ones before.
    public init(path: String) throws(Failure) {
        self.path = path
        descriptor = fdplatform_open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
        session = try Self.sessions(in: path) + 1
        // A killed session may have left half a line: the next one starts on its own.
        try Self.endLastLine(descriptor, path)
    }

    deinit { close(descriptor) }

    private static func sessions(in path: String) throws(Failure) -> Int64 {
        var count: Int64 = 0
        try forEachLine(of: path) { line in
            if line.starts(with: Array(#"{"event":"session_started""#.utf8)) { count += 1 }
        }
        return count
    }

    private static func endLastLine(_ descriptor: Int32, _ path: String) throws(Failure) {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end > 0 else { return }
        var last: UInt8 = 0
        guard pread(descriptor, &last, 1, end - 1) == 1 else { throw .system("read", path, errno: errno) }
        if last != UInt8(ascii: "\n") { try writeAll("\n", to: descriptor, path: path) }
    }

    public func record(_ kind: String, _ members: [(String, JSONValue)]) {
        let time = Int64((monotonicNanoseconds() - start) / 1000)
        state.withLock { state in
            state.pending.openObject()
            state.pending.append(member: "event", kind)
            state.pending.append(member: "session", session)
            state.pending.append(member: "time_us", time)
            for (name, value) in members { state.pending.append(member: name, value) }
            state.pending.closeObject()
            state.pending.append(UInt8(ascii: "\n"))
            if state.pending.count > 16 * 1024 { write(&state) }
        }
    }

    /// Writes what has been collected; a failure is kept for ``flush()``.
    public func flushSoon() { state.withLock { write(&$0) } }

    /// Writes what has been collected.
    ///
    /// - Throws: the first failure to write since the last call.
    public func flush() throws(Failure) {
        let failure = state.withLock { state in
            write(&state)
            let failure = state.failure
            state.failure = nil
            return failure
        }
        if let failure { throw failure }
    }

    private func write(_ state: inout State) {
        do throws(Failure) {
            try writeAll(state.pending[...], to: descriptor, path: path)
        } catch {
            if state.failure == nil { state.failure = error }
        }
        state.pending.removeAll(keepingCapacity: true)
    }
}
