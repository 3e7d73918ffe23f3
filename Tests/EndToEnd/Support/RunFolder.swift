import DataPlane
import Foundation
import Testing

/// The folder that a run leaves behind.
struct RunFolder: Sendable {
    let path: String
    /// The folder around it, which must not go before it.
    private let owner: TemporaryFolder

    init(path: String, in owner: TemporaryFolder) {
        self.path = path
        self.owner = owner
    }

    var quality: JSONValue { get throws { try json(path + "/reports/quality.json") } }
    var record: JSONValue { get throws { try json(path + "/run.json") } }
    /// A session that was killed may leave half a line, behind which another session begins.
    var events: [JSONValue] {
        get throws {
            let lines = try String(contentsOfFile: path + "/events.jsonl", encoding: .utf8).split(separator: "\n")
            return try lines.indices.compactMap { index in
                let isCut = index + 1 < lines.count && lines[index + 1].hasPrefix(#"{"event":"session_started""#)
                return isCut
                    ? try? JSONParser().parse(String(lines[index])) : try JSONParser().parse(String(lines[index]))
            }
        }
    }
    var runID: String { (path as NSString).lastPathComponent }

    /// What may not differ between two runs of one contract with the same replies: path to content.
    var replayable: [String: Data] {
        get throws {
            var files: [String: Data] = [:]
            for folder in ["artifacts", "manifests", "books"] {
                for name in try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(folder)") {
                    let file = "\(folder)/\(name)"
                    var isFolder: ObjCBool = false
                    _ = FileManager.default.fileExists(atPath: "\(path)/\(file)", isDirectory: &isFolder)
                    if !isFolder.boolValue { files[file] = try Data(contentsOf: URL(filePath: "\(path)/\(file)")) }
                }
            }
            for file in ["reports/quality.json", "reports/quality.md"] {
                files[file] = try Data(contentsOf: URL(filePath: "\(path)/\(file)"))
            }
            return files
        }
    }

    /// The rows of a stage as DuckDB reads them.
    ///
    /// - Parameter query: with `stage` for the stage's files.
    func query(_ query: String, stage: String) throws -> [JSONValue] {
        let files = "read_parquet('\(path)/artifacts/\(stage)/*.parquet')"
        let duckdb = Package.root + "/.deps/python/bin/duckdb"
        let result = try shell([duckdb, "-json", "-c", query.replacingOccurrences(of: "stage", with: files)])
        try #require(result.status == 0, "\(result)")
        // DuckDB prints nothing sensible for no rows.
        guard result.output.contains("{") else { return [] }
        return try #require(try JSONParser().parse(result.output).array)
    }

    /// Fails the test with the names of the files that differ.
    func expectSameBytes(as other: RunFolder, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (ours, theirs) = (try replayable, try other.replayable)
        #expect(ours.keys.sorted() == theirs.keys.sorted(), sourceLocation: sourceLocation)
        let different = ours.keys.filter { theirs[$0] != nil && theirs[$0] != ours[$0] }.sorted()
        #expect(different == [], "files with other bytes", sourceLocation: sourceLocation)
        #expect(ours.count > 5, "nearly nothing was compared", sourceLocation: sourceLocation)
    }
}

/// A folder with a graph and all it needs, and the command under test.
final class Workspace: Sendable {
    let folder: TemporaryFolder
    private let pluginPath: String?

    /// - Parameter pluginPath: a folder with more plugins.
    init(graph: String, pluginPath: String? = nil) throws {
        self.pluginPath = pluginPath
        folder = try TemporaryFolder()
        try folder.write("graph.yaml", graph)
    }

    /// A command line of `fastdistill`, in this folder.
    ///
    /// - Parameter preparation: what a shell does before it becomes that command.
    func start(
        _ arguments: [String], environment: [String: String] = [:], after preparation: String? = nil
    ) throws -> ChildProcess {
        var variables = ["XDG_CACHE_HOME": Self.cache]
        if let pluginPath { variables["FASTDISTILL_PLUGIN_PATH"] = pluginPath }
        variables.merge(environment) { $1 }
        let shell = preparation.map { ["/bin/sh", "-c", $0 + " && exec \"$@\"", "sh"] } ?? []
        return try ChildProcess(
            shell + [Package.executable] + arguments, environment: variables, directory: folder.path)
    }

    func command(_ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess.Result {
        try start(arguments, environment: environment).wait()
    }

    /// What is known of plugins is kept for all tests: describing them takes longer than most tests.
    private static let cache = FileManager.default.temporaryDirectory.appending(path: "fastdistill-end-to-end-cache")
        .path

    /// Runs the graph and expects a status.
    @discardableResult
    func run(
        _ arguments: [String] = [], runs: String = "runs", expecting status: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ChildProcess.Result {
        let result = try command(["run", "graph.yaml", "--runs", runs] + arguments)
        #expect(result.status == status, "\(result)", sourceLocation: sourceLocation)
        return result
    }

    /// The only run among the runs.
    func runFolder(in runs: String = "runs") throws -> RunFolder {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file(runs))
        let folders = names.filter { FileManager.default.fileExists(atPath: folder.file("\(runs)/\($0)/run.json")) }
        try #require(folders.count == 1, "\(names)")
        return RunFolder(path: folder.file("\(runs)/\(folders[0])"), in: folder)
    }

    func verify(_ run: RunFolder) throws -> ChildProcess.Result { try command(["verify", run.path]) }

    /// A providers file `NAME` with one endpoint for every role.
    func writeProviders(
        url: String, concurrency: Int = 16, retry: String = "{attempts: 5, base: 5ms, cap: 50ms, give_up_after: 1m}",
        name: String = "providers.yaml", models: [String] = ["teacher", "judge"], head: String = ""
    ) throws {
        var text = "fastdistill: 1\n\(head)providers:\n"
        for model in models {
            text +=
                "  - {id: \(model), kind: openai, url: '\(url)', model: \(model)-model, concurrency: \(concurrency), "
            text += "retry: \(retry)}\n"
        }
        text += "roles:\n" + models.map { "  \($0): [{provider: \($0)}]\n" }.joined()
        try folder.write(name, text)
    }
}
