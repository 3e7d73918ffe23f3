import Blocking
import DataPlane
import Foundation
import Testing

/// A node whose step ends its workers too often ends the run, first cause first.
@Suite(.blocking) struct CrashLimitTests {
    /// Rows of which some crash the step, the third of each so many.
    private static func texts(bad: Int, of count: Int) -> [String] {
        (0..<count).map { $0 % (count / bad) == 2 && $0 / (count / bad) < bad ? "bad" : "text \($0)" }
    }

    /// The rows in one batch, so that it is known how many the node has seen.
    private static func graph(_ node: String) -> String {
        FixturePlugin.graph(node: node).replacingOccurrences(of: "shard_rows: 4", with: "shard_rows: 1000")
    }

    private static func workspace(bad: Int, of count: Int, _ node: String = "") throws -> Workspace {
        let workspace = try FixturePlugin.workspace("crashes_on_row", texts: texts(bad: bad, of: count))
        try workspace.folder.write("graph.yaml", graph(node))
        return workspace
    }

    private static let evidence =
        "the worker was ended by SIGSEGV; its standard error ends with:\nabout to read nowhere"

    @Test func aStepThatCrashesOnTooManyRowsEndsTheRun() throws {
        let workspace = try Self.workspace(bad: 20, of: 100)
        let result = try workspace.command(FaultyPluginTests.run)
        #expect(result.status == 1, "\(result)")
        #expect(
            result.errors
                == "error: \(FaultyPluginTests.who), at the row with ordinal 2: \(Self.evidence)\n"
                + "This is the first (plugin_crashed) of 11 rows that ended a worker, out of 100 that the node has seen: "
                + "more than 'crash_limit: 0.1' allows, so the run stops. "
                + "Repair the plugin, or raise the node's crash_limit\n")
        let events = try workspace.runFolder().events
        #expect(events.last?["reason"]?.string == "failed" && events.last?["status"]?.int == 1)
    }

    /// The limit is not part of the contract: a run that it has ended goes on under a higher one.
    @Test func aHigherLimitLetsTheSameRunGoOn() throws {
        let workspace = try Self.workspace(bad: 20, of: 100)
        #expect(try workspace.command(FaultyPluginTests.run).status == 1)
        try workspace.folder.write("graph.yaml", Self.graph("crash_limit: 0.2"))
        let result = try workspace.command(FaultyPluginTests.run)
        #expect(result.status == 0, "\(result)")
        let quality = try workspace.runFolder().quality
        #expect(quality["rejected_by_code"] == ["plugin_crashed": 20])
        #expect(quality["outcomes"]?["kept"]?.int == 80)
    }

    @Test func fewRowsAreNoShare() throws {
        let workspace = try Self.workspace(bad: 9, of: 27, "crash_limit: 0")
        let result = try workspace.command(FaultyPluginTests.run)
        #expect(result.status == 0, "\(result)")
        #expect(try workspace.runFolder().quality["rejected_by_code"] == ["plugin_crashed": 9])
    }

    /// What an earlier session has found counts as if it were found now, so the same command stops at the same place.
    @Test func journalledRowsCount() throws {
        let workspace = try Self.workspace(bad: 20, of: 100, "crash_limit: 1")
        #expect(try workspace.command(FaultyPluginTests.run).status == 0)
        let run = try workspace.runFolder()
        for folder in ["artifacts", "manifests", "books", "reports"] {
            try FileManager.default.removeItem(atPath: "\(run.path)/\(folder)")
        }
        try workspace.folder.write("graph.yaml", Self.graph("crash_limit: 0.1"))
        let result = try workspace.command(FaultyPluginTests.run)
        #expect(result.status == 1, "\(result)")
        #expect(
            result.errors.hasPrefix(
                "error: \(FaultyPluginTests.who), at the row with ordinal 2: \(Self.evidence)\n"
                    + "This is the first (plugin_crashed) of 11 rows that ended a worker, out of 100 "))
        #expect(try jsonLines(run.path + "/journal").count == 20)
    }
}
