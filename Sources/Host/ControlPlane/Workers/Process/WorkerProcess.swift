import CPlatform
import DataPlane
import Glibc

/// A process that the host started and talks to, until ``end(_:)``. Used by the thread that started it: the process dies
/// with that thread.
///
/// Its descriptors are 0 and 1 nothing, 2 a pipe for its last words, 3 a socket, 4 the shared memory if there is any;
/// every other descriptor of the host is closed in it. Its environment is cut down to what programs need to run, so that
/// no plugin finds the keys of a provider there.
final class WorkerProcess {
    enum Event {
        case frame(Frame)
        /// The process has ended, or closed its connection.
        case closed
        /// The deadline has passed.
        case silence
        /// The host wants to stop.
        case woken
    }

    let pid: pid_t
    private let socket: Int32
    private let errors: Int32
    private var parser = FrameParser()
    private var lastWords = LastWords()
    private var hearsErrors = true
    private var isSpeakingNonsense = false
    private var hasEnded = false

    /// - Parameters:
    ///   - executable: a program that understands the hidden commands.
    ///   - memory: what becomes its descriptor 4; -1 for none.
    init(executable: String, arguments: [String], memory: Int32 = -1) throws(Failure) {
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
            Self.withCStrings(Self.environment()) { environment in
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
            // Past the deadline there still is one look: an answer that has come counts, even if the host was asleep.
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
            if polled[0].revents != 0, !read() { return .closed }
            if polled[2].revents != 0 { return .woken }
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

    /// Its resident memory in bytes; 0 when it is gone.
    var residentBytes: Int {
        guard let bytes = try? readFile("/proc/\(pid)/statm") else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    /// Ends the process if it has not ended by itself, and says how it did.
    ///
    /// SIGKILL changes nothing for a process that is already on its way out: its status is decided before its
    /// connections are closed.
    ///
    /// - Parameter cause: why the host ends it; nil when it seems to have ended by itself.
    @discardableResult
    func end(_ cause: ProcessDeath.Cause? = nil) -> ProcessDeath {
        guard !hasEnded else { return ProcessDeath(cause: cause ?? .nonsense, lastWords: "") }
        hasEnded = true
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        _ = lastWords.drain(errors)
        close(socket)
        close(errors)
        var code: Int32 = 0
        let hasExited = fdplatform_exited(status, &code) == 1
        let own = hasExited ? ProcessDeath.Cause.exit(code) : .signal(code)
        let cause = cause ?? (isSpeakingNonsense ? .nonsense : nil)
        return ProcessDeath(cause: cause ?? own, lastWords: lastWords.text)
    }

    /// Closes the connection, at which a worker frees its instance and ends; one that takes too long is killed.
    func finish(graceMilliseconds: Int64) {
        guard !hasEnded else { return }
        shutdown(socket, Int32(SHUT_WR))
        let deadline = monotonicNanoseconds() + UInt64(graceMilliseconds) * 1_000_000
        while true {
            switch receive(untilNanoseconds: deadline) {
            case .frame: continue
            case .closed, .silence, .woken:
                end()
                return
            }
        }
    }

    /// The variables a worker gets: paths, language and time zone, and what profilers and sanitizers need.
    private static func environment() -> [String] {
        let names = [
            "PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "LD_PRELOAD",
            "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LLVM_PROFILE_FILE",
        ]
        // Without this a Swift trap would stop to print a backtrace, which takes seconds.
        return ["SWIFT_BACKTRACE=enable=no"]
            + names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
