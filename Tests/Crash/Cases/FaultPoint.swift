import Foundation
import Testing

/// A call by which the host changes the disk, and what befalls the host there (Tests/Fixtures/Faults/kill_at_write.c).
struct FaultPoint: Hashable, Sendable, CustomTestStringConvertible {
    enum Mode: String, CaseIterable {
        case before, half, after
        /// It is not killed: the disk is full for a moment.
        case full
    }

    /// A call, and how many like it there were before on the same file.
    struct Call: Hashable, Sendable {
        /// What it does, and to which file of the workspace.
        var name: String
        /// From 1.
        var number: Int
        /// Whether it is the last of its name.
        var isLast = false

        var isWrite: Bool { name.hasPrefix("write ") || name.hasPrefix("pwrite ") }

        /// The folder of the run it is in, or the file.
        var area: String {
            let parts = name.split(separator: " ")[1].split(separator: "/")
            return String(parts[0] == "runs" && parts.count > 2 ? parts[2] : parts[parts.count - 1])
        }

        /// The same for calls that the same line of code makes in the same situation.
        var kind: String {
            let place = number == 1 ? "first" : isLast ? "last" : "inner"
            let anyStage = name.replacing(
                /(raw|canonical|teacher_candidates|distilled|rejected|hard_samples)(?=[\/-])/, with: "@")
            return anyStage.replacing(/[0-9a-f]*[0-9]+[0-9a-f]*/, with: "#") + " " + place
        }
    }

    var mode: Mode
    var call: Call

    var testDescription: String { "\(mode) \(call.name) \(call.number)" }

    /// The same among the first half of the calls; nil after the very first.
    ///
    /// How often a file grows that several threads write to is not the same in two runs: on a busy machine more comes in a
    /// turn, and is written together. So a run may end without having come to a late call.
    var earlier: FaultPoint? {
        guard call.number > 1 else { return nil }
        var point = self
        point.call.number /= 2
        return point
    }

    /// The environment in which a host dies there.
    func environment(in workspace: Workspace) throws -> [String: String] {
        try Self.environment(in: workspace).merging(["FAULT_AT": testDescription]) { $1 }
    }

    /// All calls of a run in a workspace, in the order in which they were made.
    static func calls(of crashCase: CrashCase, environment more: [String: String] = [:]) throws -> [Call] {
        let log = try TemporaryFolder()
        let environment = try environment(in: crashCase.workspace).merging(["FAULT_LOG": log.file("calls")]) { $1 }
            .merging(more) { $1 }
        let result = try crashCase.run(environment: environment)
        try #require(result.status == 0, "\(result)")
        var calls: [Call] = []
        var places: [String: Int] = [:]
        var counts: [String: Int] = [:]
        for line in try String(contentsOfFile: log.file("calls"), encoding: .utf8).split(separator: "\n") {
            let name = String(line)
            counts[name, default: 0] += 1
            if let place = places[name] { calls[place].isLast = false }
            places[name] = calls.count
            calls.append(Call(name: name, number: counts[name] ?? 1, isLast: true))
        }
        return calls
    }

    private static func environment(in workspace: Workspace) throws -> [String: String] {
        [
            "LD_PRELOAD": try library.get().file("kill_at_write.so"),
            "FAULT_ROOT": URL(filePath: workspace.folder.path).resolvingSymlinksInPath().path,
        ]
    }

    /// The library that kills.
    private static let library = Swift.Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        let source = "\(Package.root)/Tests/Fixtures/Faults/kill_at_write.c"
        let flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC"]
        let result = try shell(["clang"] + flags + [source, "-o", folder.file("kill_at_write.so")])
        try #require(result.status == 0, "\(result)")
        return folder
    }
}
