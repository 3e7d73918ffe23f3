import Blocking
import DataPlane
import Foundation
import Testing

@testable import ControlPlane

/// The conformance kit sees the fault of each faulty plugin, and none in those that have none.
@Suite(.blocking) struct ConformanceTests {
    private func check(
        _ path: String, only: [String] = [], with: [String: String] = [:], deadlineMilliseconds: Int64 = 60_000
    ) throws -> ConformanceReport {
        var request = ConformanceRequest(path: path)
        request.only = only
        request.with = with
        request.deadlineMilliseconds = deadlineMilliseconds
        request.executable = Package.executable
        return try Conformance.check(request)
    }

    @Test(arguments: FaultCase.table) func theRuleSeesTheFault(_ fault: FaultCase) throws {
        let folder = try TemporaryFolder()
        let library = try FixturePlugin.compile(fault.plugin, into: folder)
        let result = try #require(try check(library, only: [fault.rule]).results.first)
        #expect(result.outcome == fault.outcome, "\(result)")
        #expect(result.seen.hasPrefix(fault.seen), "\(result.seen)")
        let rule = try #require(ConformanceRule.all.first { $0.id == fault.rule })
        let place = rule.isOfSteps ? "\(rule.id):copy" : rule.id
        #expect(
            result.remedy
                == (fault.outcome == .crashed
                    ? "Look with a debugger: fastdistill plugins check \(library) --in-process --only \(place)."
                    : rule.remedy))
    }

    @Test func everyRuleIsSeenToSeeAFault() {
        let elsewhere: Set = ["load.toolchain", "behaviour.resources"]
        let seen = Set(FaultCase.table.map(\.rule)).union(elsewhere)
        #expect(seen == Set(ConformanceRule.all.map(\.id)))
        #expect(Set(FaultCase.table.map(\.plugin)).count >= 25)
    }

    @Test func aPluginOfAnotherToolchainFails() throws {
        let folder = try TemporaryFolder()
        let library = try FixturePlugin.compileSharingTheRuntime("swift-1.0", into: folder)
        let report = try check(library, only: ["load.toolchain", "load.spec", "load.examples"])
        #expect(
            report.results.map(\.seen) == [
                "",
                "it was built with 'swift-1.0' and shares the Swift runtime of this host, which was built with "
                    + "'\(hostToolchain)'; build it with the same toolchain, or with -static-stdlib",
            ])
        #expect(report.results.map(\.outcome) == [.pass, .fail])
    }

    @Test func aPluginThatWritesIntoItsResourceFails() throws {
        let folder = try TemporaryFolder()
        let words = folder.path + "/words"
        try "one".write(toFile: words, atomically: true, encoding: .utf8)
        let library = try FixturePlugin.compile("writes_resource", into: folder)
        let report = try check(library, only: ["behaviour.resources"], with: ["words": words])
        #expect(report.results.map(\.outcome) == [.fail])
        #expect(report.results.map(\.seen) == ["'\(words)' has other bytes than before"])
    }

    @Test func aPluginThatDoesAllItMustPassesEveryRule() throws {
        let folder = try TemporaryFolder()
        let words = folder.path + "/words"
        try "one".write(toFile: words, atomically: true, encoding: .utf8)
        let library = try FixturePlugin.compile("rich", into: folder)
        let report = try check(library, with: ["words": words])
        #expect(report.results.map(\.rule) == ConformanceRule.all.map(\.id))
        #expect(report.results.filter { $0.outcome != .pass } == [])
    }

    @Test func aSimplePluginHasNoWarning() throws {
        let folder = try TemporaryFolder()
        let report = try check(try FixturePlugin.compile("good", into: folder))
        #expect(report.results.filter { $0.outcome != .pass && $0.outcome != .skipped } == [])
        #expect(
            report.results.filter { $0.outcome == .skipped }.map(\.rule) == [
                "config.wrong_type", "config.out_of_range", "config.required", "bind.optional", "bind.any_order",
                "data.all_null", "data.null_slots", "data.numbers", "behaviour.resources",
            ])
    }

    @Test func aStepThatMakesSeveralRowsOfOneConforms() throws {
        let folder = try TemporaryFolder()
        let report = try check(try FixturePlugin.compile("twice", into: folder))
        #expect(report.isConforming, "\(report.results.filter { $0.outcome.isBad })")
    }

    @Test func theExampleInCConforms() throws {
        let folder = try TemporaryFolder()
        let library = folder.path + "/words.so"
        let source = "\(Package.root)/Examples/plugin-in-c/word_count.c"
        let result = try shell(["clang"] + FixturePlugin.flags + [source, "-o", library])
        try #require(result.status == 0, "\(result.output)")
        let report = try check(library)
        #expect(report.isConforming, "\(report.results.filter { $0.outcome.isBad })")
    }

    @Test(arguments: ["canonical", "rules", "text2sql", "judge", "mathword"])
    func ourPluginsConform(_ name: String) throws {
        let folder = try TemporaryFolder()
        let databases = folder.path + "/databases"
        try FileManager.default.createDirectory(atPath: databases, withIntermediateDirectories: true)
        let made = try shell([
            "python3", "-c",
            "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(open(sys.argv[2]).read())",
            databases + "/shop.sqlite", "\(Package.root)/Tests/Fixtures/Graphs/databases/shop.sql",
        ])
        try #require(made.status == 0, "\(made.output)")
        let library = "\(Package.products)/libfastdistill-plugin-\(name).so"
        var request = ConformanceRequest(path: library)
        request.executable = Package.executable
        request.deadlineMilliseconds = 120_000
        if name == "text2sql" {
            request.with = ["databases": databases]
            request.rows = [
                ["db_id": "shop", "sql": "SELECT name FROM item", "gold_sql": "SELECT count(*) FROM item"],
                ["db_id": "shop", "sql": "SELECT nothing FROM item", "gold_sql": nil],
            ]
        }
        let report = try Conformance.check(request)
        #expect(report.results.filter { $0.outcome.isBad || $0.outcome == .warning } == [])
        #expect(report.count(.pass) > 60)
    }

    @Test func aHangIsEnded() throws {
        let folder = try TemporaryFolder()
        let library = try FixturePlugin.compile("hangs_in_create", into: folder)
        let report = try check(library, only: ["config"], deadlineMilliseconds: 2000)
        #expect(report.results.first?.outcome == .crashed)
        #expect(report.results.first?.seen == "it did not come to an end within 2 s")
        // What builds on it is not tried: it would hang as well.
        #expect(
            report.results.dropFirst().allSatisfy { $0.outcome == .skipped && $0.seen == "config.defaults crashes" })
    }

    @Test func aGateThatBreaksIsNamedOnce() throws {
        let folder = try TemporaryFolder()
        let report = try check(try FixturePlugin.compile("fails_on_row", into: folder), only: ["data"])
        #expect(report.results.filter { $0.outcome.isBad }.map(\.rule) == ["data.runs"])
        #expect(report.results.dropFirst().allSatisfy { $0.seen == "data.runs fails" && $0.remedy.isEmpty })
    }

    @Test func aStepWithoutItsRequiredOptionIsSkipped() throws {
        let folder = try TemporaryFolder()
        let spec = """
            {"id": "echo", "version": "1.0.0", "summary": "Copies.", "toolchain": "c", "steps": [{"id": "copy", \
            "summary": "Copies.", "options": [{"name": "table", "type": "resource", "required": true}]}]}
            """
        let text = String(decoding: try JSONEncoder().encode(spec), as: UTF8.self)
        let library = try FixturePlugin.compile("good", into: folder, defines: ["SPEC": text])
        let report = try check(library, only: ["bind"])
        #expect(
            Set(report.results.map(\.seen)) == ["the option 'table' is required: give --with table=PATH"])
    }

    @Test func theSameSeedGivesTheSameReport() throws {
        let folder = try TemporaryFolder()
        let library = try FixturePlugin.compile("sees_neighbours", into: folder)
        let reports = try (0..<2).map { _ in try check(library, only: ["data", "behaviour.batch_cut"]) }
        #expect(reports[0].results == reports[1].results)
        var request = ConformanceRequest(path: library)
        request.executable = Package.executable
        request.only = ["behaviour.batch_cut"]
        request.seed = 2
        #expect(try Conformance.check(request).results.first?.seen != reports[0].results.last?.seen)
    }

    @Test(
        arguments: [
            (
                "no_entry", [], [:],
                "it does not export 'fastdistill_plugin_v1', so it is a library but not a FastDistill plugin"
            ),
            ("good", ["daat"], [:], "there is no rule or group 'daat'; did you mean 'data'?"),
            (
                "good", ["something"], [:],
                "there is no rule or group 'something'; known: load, config, bind, data, behaviour; see --rules"
            ),
            ("good", ["data:cpy"], [:], "the plugin has no step 'cpy'; did you mean 'copy'?"),
            ("rich", [], ["sufix": "a"], "no step of the plugin has an option 'sufix'; did you mean 'suffix'?"),
            ("rich", [], ["limit": "many"], "--with limit: the option is of type integer"),
            ("rich", [], ["words": "/nowhere"], "--with words: there is no file or folder '/nowhere'"),
        ] as [(String, [String], [String: String], String)])
    func whatIsNotPossibleIsSaid(_ plugin: String, only: [String], with: [String: String], message: String) throws {
        let folder = try TemporaryFolder()
        let library = try FixturePlugin.compile(plugin, into: folder)
        let found = try failureMessage { _ = try check(library, only: only, with: with) }
        #expect(found == (plugin == "no_entry" ? "the plugin file '\(library)' cannot be used: \(message)" : message))
    }
}
