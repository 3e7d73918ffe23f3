import Foundation
import Testing

/// Calls at which the tests kill, or let the disk be full.
///
/// There are about 2,000 calls in a run. Chosen are two of every kind (``FaultPoint/Call/kind``), so that no line of code that
/// writes is left out, by a seed that is printed and that FASTDISTILL_CRASH_SEED sets. FASTDISTILL_CRASH_ALL=1 takes all.
struct FaultPoints: Sendable, CustomTestStringConvertible {
    var mode: FaultPoint.Mode
    var area: String
    var points: [FaultPoint]

    var testDescription: String { "\(mode) \(area)" }

    static let takesAll = ProcessInfo.processInfo.environment["FASTDISTILL_CRASH_ALL"] == "1"
    static let seed = ProcessInfo.processInfo.environment["FASTDISTILL_CRASH_SEED"].flatMap { UInt64($0) } ?? 1

    /// In a new folder.
    static let ofAFreshRun = Swift.Result {
        let calls = try FaultPoint.calls(of: CrashCase(.few))
        return choose(calls, [.before, .half], 2, "a fresh run") + choose(calls, [.after], 1, "a fresh run")
    }

    /// The disk is full for the blink of an eye.
    static let ofAFullDisk = Swift.Result {
        let calls = try FaultPoint.calls(of: CrashCase(.few)).filter {
            // What is removed makes room.
            !$0.name.hasPrefix("unlink ") && !$0.name.hasPrefix("rmdir ")
        }
        return choose(calls, [.full], 1, "a full disk")
    }

    /// What only a run does that was killed before: it repairs and clears away.
    static let ofARecovery = Swift.Result {
        let fresh = Set(try FaultPoint.calls(of: CrashCase(.few)).map(\.kind))
        let crashCase = try CrashCase(.few)
        try #require(
            try crashCase.run(environment: whereRecoveryBegins.environment(in: crashCase.workspace)).isSignalled)
        let calls = try FaultPoint.calls(of: crashCase).filter { !fresh.contains($0.kind) }
        return choose(calls, [.before, .half, .after], 3, "a recovery")
    }

    /// In the middle of a line of the journal.
    static var whereRecoveryBegins: FaultPoint {
        get throws {
            let call = try FaultPoint.calls(of: CrashCase(.few)).first { $0.name.hasSuffix("/journal") && $0.isWrite }
            return FaultPoint(mode: .half, call: try #require(call))
        }
    }

    /// What is known of plugins, which is kept for all runs.
    static let ofDescriptions = Swift.Result {
        let crashCase = try CrashCase(.few)
        let calls = try FaultPoint.calls(of: crashCase, environment: descriptions(in: crashCase.workspace)).filter {
            // The names of temporary files have the number of the process in them.
            $0.name.contains(/cache\/.*(json|plugins|fastdistill|cache)$/)
        }
        return choose(calls, [.before, .after], 2, "descriptions of plugins")
    }

    /// Keeps what is known of plugins in the workspace.
    static func descriptions(in workspace: Workspace) -> [String: String] {
        ["XDG_CACHE_HOME": workspace.folder.file("cache")]
    }

    private static func choose(
        _ calls: [FaultPoint.Call], _ modes: [FaultPoint.Mode], _ count: Int, _ what: String
    ) -> [FaultPoints] {
        var random = SeededNumbers(seed: seed)
        var points: [FaultPoint] = []
        for (_, alike) in Dictionary(grouping: calls, by: \.kind).sorted(by: { $0.key < $1.key }) {
            for mode in modes where mode != .half || alike[0].isWrite {
                let chosen = takesAll ? alike : Array(alike.shuffled(using: &random).prefix(count))
                points += chosen.map { FaultPoint(mode: mode, call: $0) }
            }
        }
        print("\(what): \(points.count) points of \(calls.count) calls, seed \(seed)")
        return Dictionary(grouping: points) { "\($0.mode) \($0.call.area)" }.values
            .map { FaultPoints(mode: $0[0].mode, area: $0[0].call.area, points: $0) }
            .sorted { $0.points.count > $1.points.count }
    }
}
