import Blocking
import ControlPlane
import DataPlane
import Foundation
import Logging
import Testing

/// Files of the package and of the build.
enum Package {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The folder in which the running test program lies, and `fastdistill` beside it.
    static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path

    static let executable = products + "/fastdistill"
}

/// A folder that goes with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "fastdistill-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Runs a program to its end.
///
/// - Returns: its exit status and what it wrote to both outputs.
@discardableResult
func shell(_ arguments: [String]) throws -> (status: Int32, output: String) {
    BlockingTrait.expectPresence()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// The plugins of Tests/Fixtures/Plugins, compiled.
enum FixturePlugin {
    static let flags = [
        "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden",
        "-I\(Package.root)/Sources/PluginABI/include",
    ]

    /// Compiles one into a folder.
    ///
    /// - Returns: the path of the library.
    @discardableResult
    static func compile(
        _ name: String, into folder: TemporaryFolder, as file: String? = nil, defines: [String: String] = [:],
        linking libraries: [String] = []
    ) throws -> String {
        let library = "\(folder.path)/\(file ?? name).so"
        let macros = defines.map { "-D\($0)=\($1)" }
        let source = "\(Package.root)/Tests/Fixtures/Plugins/\(name).c"
        let result = try shell(["clang"] + flags + macros + [source, "-o", library] + libraries)
        try #require(result.status == 0, "\(result.output)")
        return library
    }

    /// Compiles one that is linked with this program's Swift runtime, as one written in Swift is.
    @discardableResult
    static func compileSharingTheRuntime(_ toolchain: String, into folder: TemporaryFolder) throws -> String {
        let maps = try readFile("/proc/self/maps").withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        let runtime = try #require(maps.split(separator: "\n").first { $0.hasSuffix("/libswiftCore.so") })
        let path = String(runtime[(runtime.firstIndex(of: "/") ?? runtime.startIndex)...])
        let libraries = ["-Wl,--no-as-needed", path, "-Wl,-rpath,\((path as NSString).deletingLastPathComponent)"]
        return try compile("good", into: folder, defines: ["TOOLCHAIN": "\"\(toolchain)\""], linking: libraries)
    }

    /// Compiles one and describes it without a cache.
    static func resolve(_ name: String, into folder: TemporaryFolder, defines: [String: String] = [:]) throws
        -> ResolvedPlugin
    {
        try compile(name, into: folder, defines: defines)
        let registry = try PluginRegistry.discover(
            PluginSearch(folders: [.init(path: folder.path)]), cacheFolder: nil, executable: Package.executable)
        let entry = registry.entries.first { $0.plugin.path.hasSuffix("/\(name).so") }
        return try #require(entry, "\(registry.refused)").plugin
    }
}

/// A step of a fixture plugin, opened.
struct OpenStep {
    let folder: TemporaryFolder
    let plugin: ResolvedPlugin
    let runner: any StepRunner

    init(
        _ name: String, defines: [String: String] = [:], isolation: UsePlan.Isolation = .worker, workers: Int = 1,
        rowTimeoutMilliseconds: Int64 = 60_000, memoryLimitBytes: Int? = nil, environment: [String] = [],
        onViolation: UsePlan.OnViolation = .fail, batchByteLimit: Int = PluginHost.batchByteLimit, log: LineLog? = nil
    ) throws {
        folder = try TemporaryFolder()
        plugin = try FixturePlugin.resolve(name, into: folder, defines: defines)
        runner = try PluginHost.open(
            plugin: plugin, step: plugin.spec.steps[0], config: [:], offered: [Field("text", .utf8)], nodeID: "node",
            runID: "run-1", isolation: isolation, workers: workers, rowTimeoutMilliseconds: rowTimeoutMilliseconds,
            memoryLimitBytes: memoryLimitBytes, environment: environment, onViolation: onViolation,
            batchByteLimit: batchByteLimit,
            workerExecutable: Package.executable, logger: log?.logger ?? Logger(label: "fastdistill.plugin"))
    }

    /// Runs a batch and waits for it.
    func run(_ texts: [String], sampleStarts: [Int]? = nil, number: UInt64 = 0) throws -> StepOutput {
        let done = Mailbox<Result<StepOutput, Failure>>()
        runner.run(Self.call(texts, sampleStarts: sampleStarts, number: number)) { done.send($0) }
        return try done.receive()[0].get()
    }

    static func call(_ texts: [String], sampleStarts: [Int]? = nil, number: UInt64 = 0) -> StepCall {
        let builder = ColumnBuilder(.utf8)
        for text in texts { builder.append(text) }
        let batch = RecordBatch(
            schema: Schema([Field("text", .utf8)]), columns: [builder.finish()], rowCount: texts.count)
        return StepCall(batch: batch, number: number, seed: 7, sampleStarts: sampleStarts ?? Array(texts.indices))
    }
}

extension StepOutput {
    /// The text of the only added column, by input row.
    var copies: [Int: String] {
        Dictionary(uniqueKeysWithValues: parents.enumerated().map { ($1, added.columns[0].string($0)) })
    }
}

/// The message of the failure that `body` throws.
func failureMessage(_ body: () throws -> Void) throws -> String {
    do {
        try body()
    } catch let failure as Failure {
        return failure.message
    }
    throw ExpectedFailure()
}

struct ExpectedFailure: Error {}
