import CPlatform
import DataPlane
import Glibc

/// A process that the host started and talks to, until ``end(_:)``. Used by the thread that started it: the process dies
/// with that thread.
///
/// Between the host and the process that works stands a warden (CPlatformWarden.h), which is the child that the host
/// waits for: once it has ended, nothing is left of what ran below it.
///
/// Its descriptors are 0 and 1 nothing, 2 a pipe for its last words, 3 a socket, 4 the shared memory if there is any;
/// every other descriptor of the host is closed in it.
final class WorkerProcess {
    enum Event {
        case frame(Frame)
        /// The process has ended, or closed its connection.
        case closed
        /// The deadline has passed, and nothing was left to read.
        case silence
        /// The host wants to stop.
        case woken
    }

    /// The warden's.
    let pid: pid_t
    private let socket: Int32
    private let errors: Int32
    private var parser = FrameParser()
    private var lastWords = LastWords()
    private var hearsErrors = true
    private var isSpeakingNonsense = false
    private var hasEnded = false

    /// How long a warden may take to end all that is below it and to clear its folder away.
    private static let endMilliseconds: Int64 = 10_000

    /// - Parameters:
    ///   - executable: a program that understands the hidden commands.
    ///   - memory: what becomes its descriptor 4; -1 for none.
    ///   - environment: names of variables of the host that it gets besides the usual ones.
    init(
        executable: String, arguments: [String], memory: Int32 = -1, environment: [String] = []
    ) throws(Failure) {
        var pair: [Int32] = [-1, -1]
        var pipe: [Int32] = [-1, -1]
        guard fdplatform_socket_pair(&pair) == 0 else { throw .system("make", "a socket", errno: errno) }
        guard fdplatform_pipe(&pipe) == 0 else {
            let reason = errno
            for descriptor in pair { close(descriptor) }
            throw .system("make", "a pipe", errno: reason)
        }
        let descriptors = memory < 0 ? [-1, -1, pipe[1], pair[1]] : [-1, -1, pipe[1], pair[1], memory]
        var pid = pid_t()
        let status = Self.withCStrings(["fastdistill"] + arguments) { arguments in
            Self.withCStrings(WorkerEnvironment.variables(listed: environment)) { environment in
                fdplatform_spawn(&pid, executable, arguments, environment, descriptors, Int32(descriptors.count))
            }
        }
        // The host must not hold the worker's ends, or it would never see them closed.
        close(pair[1])
        close(pipe[1])
        guard status == 0 else {
            close(pair[0])
            close(pipe[0])
            throw .system("start", executable, errno: status)
        }
        self.pid = pid
        socket = pair[0]
        errors = pipe[0]
    }

    deinit { end() }

    /// - Returns: false when the process is gone.
    func send(_ frame: Frame) -> Bool { frame.send(to: socket) }

    /// Waits for the next frame.
    ///
    /// - Parameter wake: a descriptor whose hang-up ends the wait; -1 for none.
    func receive(untilNanoseconds deadline: UInt64, wake: Int32 = -1) -> Event {
        while true {
            do {
                if let frame = try parser.next() { return .frame(frame) }
            } catch {
                isSpeakingNonsense = true
                return .closed
            }
            // Past the deadline what has come still counts, even if the host was asleep.
            let now = monotonicNanoseconds()
            let milliseconds = now < deadline ? Int32(clamping: (deadline - now + 999_999) / 1_000_000) : 0
            var polled = [
                pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hearsErrors ? errors : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake, events: 0, revents: 0),
            ]
            guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else {
                if milliseconds == 0 { return .silence }
                continue
            }
            if polled[1].revents != 0 { hearsErrors = lastWords.drain(errors) }
            if polled[2].revents != 0 { return .woken }
            if polled[0].revents != 0 {
                if !read() { return .closed }
            } else if milliseconds == 0 {
                // Only its standard error has something to say, and perhaps for ever.
                return .silence
            }
        }
    }

    /// - Returns: false at the end of the connection.
    private func read() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            let count = recv(socket, buffer.baseAddress, buffer.count, 0)
            if count > 0 { parser.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count > 0 || count < 0 && errno == EINTR
        }
    }

    /// The resident memory of a process in bytes; 0 when it is gone.
    static func residentBytes(of process: pid_t) -> Int {
        guard let bytes = try? readFile("/proc/\(process)/statm") else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    /// Ends the process, with all that it has started, if it has not ended by itself, and says how it did.
    ///
    /// A worker that is already on its way out is not disturbed: its warden ends as it does.
    ///
    /// - Parameter cause: why the host ends it; nil when it seems to have ended by itself.
    @discardableResult
    func end(_ cause: ProcessDeath.Cause? = nil) -> ProcessDeath {
        guard !hasEnded else { return ProcessDeath(cause: cause ?? .nonsense, lastWords: "") }
        hasEnded = true
        // A step may have stopped it.
        kill(pid, SIGCONT)
        kill(pid, fdplatform_end_signal())
        var status: Int32 = 0
        if fdplatform_wait(pid, Self.endMilliseconds, &status) == 0 {
            kill(-pid, SIGKILL)
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
        _ = lastWords.drain(errors)
        close(socket)
        close(errors)
        var death = ProcessDeath(status: status, lastWords: lastWords.text)
        if let cause = cause ?? (isSpeakingNonsense ? .nonsense : nil) { death.cause = cause }
        return death
    }

    /// Closes the connection, at which a worker frees its instance and ends; one that takes too long is killed.
    ///
    /// - Returns: how it ended; by exit status 0 when all was well.
    @discardableResult
    func finish(graceMilliseconds: Int64) -> ProcessDeath? {
        guard !hasEnded else { return nil }
        shutdown(socket, Int32(SHUT_WR))
        let deadline = monotonicNanoseconds() + UInt64(graceMilliseconds) * 1_000_000
        while true {
            switch receive(untilNanoseconds: deadline) {
            case .frame where monotonicNanoseconds() < deadline: continue
            case .closed: return end()
            case .frame, .silence, .woken: return end(.timedOut(milliseconds: graceMilliseconds))
            }
        }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
