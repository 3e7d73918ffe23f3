import DataPlane
import Foundation
import Testing

/// The processes of a step's only worker: the one in which the plugin is, and the warden above it.
struct Processes {
    let worker: pid_t
    let warden: pid_t

    init(of step: OpenStep) throws { try self.init(mapping: step.plugin.path) }

    init(mapping library: String) throws {
        worker = try #require(try Self.mapping(library).first)
        let parent = Self.text("/proc/\(worker)/status").split(separator: "\n").first { $0.hasPrefix("PPid:\t") }
        warden = try #require(parent.flatMap { pid_t($0.dropFirst(6)) })
    }

    /// Neither is there any more, not even to be waited for.
    func expectGone() throws {
        #expect(Self.isGone(worker) && Self.isGone(warden))
    }

    /// A zombie could still be signalled.
    static func isGone(_ process: pid_t) -> Bool { kill(process, 0) == -1 && errno == ESRCH }

    /// All processes but this one that have a file mapped.
    static func mapping(_ library: String) throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
            .filter { $0 != getpid() && text("/proc/\($0)/maps").contains(library) }
    }

    private static func text(_ path: String) -> String { String(decoding: (try? readFile(path)) ?? [], as: UTF8.self) }
}

extension TemporaryFolder {
    /// Where the plugin `dies` writes down what happened.
    var notes: String { "\(path)/notes" }

    var lines: [String] {
        get throws {
            guard FileManager.default.fileExists(atPath: notes) else { return [] }
            return try String(contentsOfFile: notes, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }

    /// The numbers of the notes that begin with a text.
    func numbers(_ head: String) throws -> [pid_t] {
        try lines.compactMap { $0.hasPrefix(head) ? pid_t($0.dropFirst(head.count)) : nil }
    }
}

extension OpenStep {
    /// Opens the plugin `dies`, or another that keeps notes.
    init(
        _ name: String, notes: TemporaryFolder, defines: [String: String], rowTimeoutMilliseconds: Int64 = 60_000,
        memoryLimitBytes: Int? = nil, log: LineLog? = nil
    ) throws {
        try self.init(
            name, defines: defines.merging(["NOTES": "\"\(notes.notes)\""]) { $1 },
            rowTimeoutMilliseconds: rowTimeoutMilliseconds, memoryLimitBytes: memoryLimitBytes, log: log)
    }
}
