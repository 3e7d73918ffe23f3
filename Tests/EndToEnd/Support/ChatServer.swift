import DataPlane
import Foundation
import Glibc
import Synchronization
import Testing

/// A real server with scripted answers: Servers/chat_server.py, which says what a script can hold.
final class ChatServer: Sendable {
    struct Counts: Equatable {
        /// Requests that came in as a whole.
        var asked: Int
        /// Requests whose answer went out as a whole.
        var answered: Int
        /// Requests that the script spoilt.
        var failed: Int
        /// Requests for which the script has no answer.
        var unknown: Int
        var mostInFlight: Int
    }

    let port: Int
    private let logPath: String
    private let process: ChildProcess
    private let talk: Mutex<Talk>

    /// Our ends of its standard input and output.
    private struct Talk {
        var input: Int32
        var output: Int32
    }

    /// - Parameters:
    ///   - script: the path of a script.
    ///   - port: 0 for one that is free.
    ///   - program: which of the servers in Servers/ it is.
    init(script: String, port: Int = 0, program: String = "chat_server.py") throws {
        logPath = script + ".log"
        let (input, output) = (try Self.pipe(), try Self.pipe())
        defer {
            close(input.read)
            close(output.write)
        }
        process = try ChildProcess(
            ["python3", "\(Package.endToEnd)/Servers/\(program)", script, logPath, String(port)],
            directory: Package.root, pipes: (input.read, output.write))
        talk = Mutex(Talk(input: input.write, output: output.read))
        self.port = Int(try Self.line(from: output.read)["port"]?.int ?? 0)
        try #require(self.port > 0, "the server did not start\n\(process.errorsSoFar)")
    }

    deinit {
        stop()
        talk.withLock { talk in
            close(talk.input)
            close(talk.output)
        }
    }

    var url: String { "http://127.0.0.1:\(port)/v1" }

    /// Ends the server. What it has logged stays.
    func stop() {
        guard process.signalIfAlive(SIGKILL) else { return }
        _ = try? process.wait()
    }

    /// A pipe that no other program inherits.
    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(Glibc.pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// - Parameter settled: wait until no client is connected any more.
    func counts(settled: Bool = false) throws -> Counts {
        try talk.withLock { talk in
            let command = Array((settled ? "settled\n" : "stats\n").utf8)
            try #require(write(talk.input, command, command.count) == command.count)
            let json = try Self.line(from: talk.output)
            let count = { (name: String) in Int(json[name]?.int ?? -1) }
            return Counts(
                asked: count("asked"), answered: count("answered"), failed: count("failed"), unknown: count("unknown"),
                mostInFlight: count("most_in_flight"))
        }
    }

    /// The requests that came in, in their order.
    func requests() throws -> [JSONValue] { try jsonLines(logPath) }

    /// - Returns: null at the end of the server.
    private static func line(from descriptor: Int32) throws -> JSONValue {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return bytes.isEmpty ? .null : try JSONParser().parse(String(decoding: bytes, as: UTF8.self))
    }
}

/// The JSON values of a file's lines.
func jsonLines(_ path: String) throws -> [JSONValue] {
    let parser = JSONParser()
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { try parser.parse(String($0)) }
}

func json(_ path: String) throws -> JSONValue {
    try JSONParser().parse(try String(contentsOfFile: path, encoding: .utf8))
}
