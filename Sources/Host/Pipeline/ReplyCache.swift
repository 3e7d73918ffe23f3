import DataPlane
import Glibc
import InferencePlane

/// What `fastdistill cache` shows and does.
public enum ReplyCache {
    /// A line for the store, for each provider and model, and for each run.
    public static func statistics(store: String) throws -> String {
        let statistics = try ReplyStoreStatistics(store: store)
        let replies = statistics.groups.reduce(0) { $0 + $1.replies }
        let refusals = statistics.groups.reduce(0) { $0 + $1.refusals }
        var lines = ["\(store): \(replies) replies, \(refusals) refusals, \(mebibytes(statistics.bytes)) MiB"]
        for group in statistics.groups {
            lines.append(
                "  provider \(group.provider), model \(group.model): \(group.replies) replies, \(group.refusals) refusals, "
                    + "\(group.completionTokens) completion tokens")
        }
        for run in statistics.runs { lines.append("  run \(run.name) has used \(run.answers)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Removes answers.
    ///
    /// - Parameters:
    ///   - runs: a folder of runs: only what none of them has used goes.
    ///   - dryRun: only say what would go.
    /// - Throws: ``Failure``: nothing was asked for, the folder of runs is not there, or the store cannot be used.
    public static func prune(
        store: String, provider: String?, model: String?, refusalsOnly: Bool, runs: String?, dryRun: Bool
    ) throws -> String {
        var kept: Set<String>?
        if let runs {
            guard PathKind(runs) == .folder else { throw Failure("usage", "there is no folder of runs '\(runs)'") }
            let names = Set(try fileNames(in: runs).filter { PathKind("\(runs)/\($0)/run.json") == .file })
            guard !names.isEmpty else {
                throw Failure(
                    "usage", "the folder '\(runs)' holds no run, so everything would go; name the folder of the runs")
            }
            kept = names
        }
        let pruning = ReplyStorePruning(
            provider: provider, model: model, refusalsOnly: refusalsOnly, unusedBy: kept)
        guard !pruning.isEmpty else {
            throw Failure(
                "usage", "say what is to go: --provider, --model, --refusals, --unused-by, or several of them")
        }
        let report = try pruning.prune(store: store, dryRun: dryRun)
        let verb = dryRun ? "would remove" : "removed"
        var text = "\(store): \(verb) \(report.replies) replies and \(report.refusals) refusals\n"
        if !dryRun, !report.isShrunk {
            text += "another process is using the file, so it has not become smaller; prune again later\n"
        }
        return text
    }

    /// With one digit behind the point.
    private static func mebibytes(_ bytes: Int64) -> String {
        let tenths = (bytes * 10 + (1 << 19)) >> 20
        return "\(tenths / 10).\(tenths % 10)"
    }
}
