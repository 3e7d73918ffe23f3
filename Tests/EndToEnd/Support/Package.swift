import Foundation
import Testing

/// Files of the package and of the build.
enum Package {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The folder in which the running test program lies, with `fastdistill` and the plugins beside it.
    static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path

    static let executable = products + "/fastdistill"
    static let endToEnd = root + "/Tests/EndToEnd"

    /// Python with the packages of Tests/requirements.txt, and DuckDB's command line beside it.
    static let python = root + "/.deps/python/bin/python"

    /// The real questions and databases, outside of the package.
    static let realData = URL(filePath: root + "/../shared/data/text2sql").standardizedFileURL.path

    static var hasRealData: Bool { FileManager.default.fileExists(atPath: realData + "/tasks.jsonl") }

    static let noRealData: Comment =
        "../shared/data/text2sql, 1,293 questions on 13 SQLite databases, is not here; see Tests/EndToEnd/README.md"

    static var isRoot: Bool { geteuid() == 0 }

    /// The text of a file of the package.
    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: root + "/" + path, encoding: .utf8)
    }
}

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "fastdistill-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    @discardableResult
    func write(_ name: String, _ bytes: Data) throws -> String {
        let url = URL(filePath: file(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: url)
        return url.path
    }
}

/// Numbers that are the same for one seed (splitmix64, S. Vigna, public domain reference).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
