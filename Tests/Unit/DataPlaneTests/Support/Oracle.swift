import Blocking
import DataPlane
import Foundation
import Testing

/// Python programs that know nothing of this code and check its files (Tests/Oracles).
enum Oracle {
    struct Unavailable: Error, CustomStringConvertible {
        let description: String
    }

    static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Runs `Tests/Oracles/<script>` and gives what it printed.
    static func run(_ script: String, _ arguments: [String], input: String = "") throws -> String {
        let interpreter = packageRoot.appending(path: ".deps/python/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: interpreter) else {
            throw Unavailable(
                description:
                    "\(interpreter) is missing: run 'make setup', which installs pyarrow, duckdb and xxhash there")
        }
        BlockingTrait.expectPresence()
        let process = Process()
        process.executableURL = URL(filePath: interpreter)
        process.arguments = [packageRoot.appending(path: "Tests/Oracles/\(script)").path] + arguments
        let (stdin, stdout, stderr) = (
            Pipe(), Pipe(), FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        )
        _ = FileManager.default.createFile(atPath: stderr.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: stderr) }
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = try FileHandle(forWritingTo: stderr)
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Unavailable(description: "\(script) failed: \(try String(contentsOf: stderr, encoding: .utf8))")
        }
        return String(decoding: output, as: UTF8.self)
    }

    static func json(_ script: String, _ arguments: [String], input: String = "") throws -> JSONValue {
        try JSONParser().parse(try run(script, arguments, input: input))
    }
}

/// A folder that is deleted with its last reference.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "fastdistill-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and gives its path.
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: file(name)))
        return file(name)
    }
}
