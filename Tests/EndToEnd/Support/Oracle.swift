import DataPlane
import Foundation
import Testing

/// Python programs that know nothing of this code (Tests/Oracles, Tests/EndToEnd/Servers).
enum Oracle {
    /// Runs a script of the package to its end; what it printed.
    @discardableResult
    static func run(_ script: String, _ arguments: [String]) throws -> String {
        try #require(
            FileManager.default.isExecutableFile(atPath: Package.python),
            "\(Package.python) is missing: run 'make setup', which installs pyarrow, duckdb and xxhash there")
        let result = try shell([Package.python, "\(Package.root)/\(script)"] + arguments)
        try #require(result.status == 0, "\(script): \(result)")
        return result.output
    }

    static func json(_ script: String, _ arguments: [String]) throws -> JSONValue {
        try JSONParser().parse(try run(script, arguments))
    }
}
