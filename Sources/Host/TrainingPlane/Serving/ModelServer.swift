import CPlatform
import DataPlane
import Glibc

/// A server for a model, as a child process that ends with this object.
///
/// ```swift
/// let server = try ModelServer(command: ["llama-server", "-m", "{model}", "--port", "{port}"],
///     url: "http://127.0.0.1:{port}/v1", ready: "http://127.0.0.1:{port}/health", model: "student.gguf",
///     log: "runs/demo-1/serve/student.log", deadlineMilliseconds: 120_000)
/// server.url   // http://127.0.0.1:40123/v1
/// ```
public final class ModelServer {
    public let url: String
    private let program: String
    private let log: String
    private let process: TrainerProcess
    private static let pollMilliseconds: Int64 = 100

    /// Starts it and waits until it is ready.
    ///
    /// - Parameters:
    ///   - ready: an http URL that answers with 200 when it is.
    ///   - log: gets all it says; appended to.
    ///   - keeper: lets it end with the host, however that ends.
    ///   - isCancelled: asked while it is waited for.
    /// - Throws: ``Failure`` of code `serve` when it ends before, is not ready in time, or nobody wants it any more; and when
    ///   another server answers in its place.
    public init(
        command: [String], url: String, ready: String, model: String, log: String, deadlineMilliseconds: Int64,
        keeper: ChildKeeper? = nil, isCancelled: () -> Bool = { false }
    ) throws(Failure) {
        let port = String(try Self.freePort())
        let fill = { filled($0, ["model": model, "port": port]) }
        let words = command.map(fill)
        self.url = fill(url)
        (program, self.log) = (words[0], log)
        let address = try HTTPAddress(fill(ready))
        guard !address.answersOK() else {
            throw Failure(
                "serve",
                "'\(fill(ready))' answers before \(quoted(program)) is started: another server has its port; stop that, or write "
                    + "{port} for a free one")
        }
        let environment = try TrainerEnvironment(adding: [:])
        try createFolder(parentFolder(of: log))
        process = try TrainerProcess(
            program: try environment.program(program, for: "serve the model with"), command: words,
            environment: environment.variables, log: log, keeper: keeper)
        let start = monotonicNanoseconds()
        while !address.answersOK() {
            let waited = (monotonicNanoseconds() - start) / 1_000_000
            if process.wait(milliseconds: Self.pollMilliseconds) {
                throw ended("before it was ready")
            }
            if isCancelled() { throw Failure("serve", "\(quoted(program)) was stopped before it was ready") }
            if waited >= deadlineMilliseconds {
                throw Failure(
                    "serve",
                    "\(quoted(program)) was not ready after \(deadlineMilliseconds) ms: '\(fill(ready))' did not answer with "
                        + "200; its last words are in '\(log)'")
            }
        }
    }

    /// Whether it has ended by itself.
    public var hasEnded: Bool { process.wait(milliseconds: 0) }

    /// - Throws: ``Failure`` of code `serve` when it has ended by itself.
    public func checkLives() throws(Failure) {
        if hasEnded { throw ended("while it was asked") }
    }

    private func ended(_ when: String) -> Failure {
        Failure("serve", "\(quoted(program)) ended with \(process.end) \(when); its last words are in '\(log)'")
    }

    /// A port that nobody listens on now.
    private static func freePort() throws(Failure) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .system("open", "a socket", errno: errno) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) != 0 || getsockname(descriptor, pointer, &length) != 0
            }
        }
        guard !failed else { throw .system("find", "a free port", errno: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}
