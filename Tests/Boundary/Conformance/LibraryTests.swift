import Blocking
import Foundation
import Testing

@testable import PluginConformance

/// The library by which a plugin's own tests run the conformance kit.
@Suite(.blocking) struct LibraryTests {
    init() { setenv("FASTDISTILL", Package.executable, 1) }

    @Test func aPluginThatConformsHasNoFailure() throws {
        let folder = try TemporaryFolder()
        let words = folder.path + "/words"
        try "one".write(toFile: words, atomically: true, encoding: .utf8)
        let library = try FixturePlugin.compile("rich", into: folder)
        let report = try PluginConformance.check(
            library: library, with: ["words": words], only: ["bind", "config"], seed: 3)
        #expect(report.failures.isEmpty && report.warnings.isEmpty, "\(report)")
        #expect(report.plugin == "echo" && report.version == "1.0.0" && report.seed == 3)
        #expect(report.results.first?.rule == "config.defaults" && report.results.first?.step == "copy")
        #expect(report.description == "echo 1.0.0: 23 of 23 rules passed, 0 failed or crashed, 0 with a warning")
    }

    @Test func aFailureSaysWhatWasSeenAndWhatToDo() throws {
        let folder = try TemporaryFolder()
        let library = try FixturePlugin.compile("drops_row", into: folder)
        let report = try PluginConformance.check(library: library, only: ["data.rows"])
        #expect(
            report.description == """
                fail data.rows, step 'copy'
                    seen: at row 1: the input row is neither in 'out' nor in 'rejects'
                    do:   Append the row's number to `parent` with each row, and reject what has no answer.
                echo 1.0.0: 0 of 1 rules passed, 1 failed or crashed, 0 with a warning
                """)
        #expect(report.failures.map(\.outcome) == [.fail])
    }

    @Test func whatTheProgramRefusesIsAnError() throws {
        let folder = try TemporaryFolder()
        let library = try FixturePlugin.compile("good", into: folder)
        #expect(
            throws: ConformanceError(.refused, "error: there is no rule or group 'daat'; did you mean 'data'?\n")
        ) {
            try PluginConformance.check(library: library, only: ["daat"])
        }
    }

    @Test func aProgramThatIsNotThereIsNamed() throws {
        let folder = try TemporaryFolder()
        let program = folder.path + "/nothing"
        setenv("FASTDISTILL_NOWHERE", program, 1)
        #expect(
            throws: ConformanceError(
                .noProgram,
                "cannot start '\(program)': No such file or directory; install FastDistill, or set FASTDISTILL_NOWHERE to "
                    + "its program")
        ) {
            _ = try Program.named(byVariable: "FASTDISTILL_NOWHERE", else: "fastdistill").run([])
        }
        #expect(!Program.named(byVariable: "FASTDISTILL_NOWHERE", else: "fastdistill").exists)
        let found = Program.named(byVariable: "FASTDISTILL_NOT_SET", else: "env")
        #expect(found.path == "env" && found.exists && PluginConformance.isAvailable)
    }

    @Test func aLibraryThatIsNotBuiltIsNamed() throws {
        #expect(throws: Never.self) { try PluginConformance.library(ofProduct: "fastdistill-plugin-rules") }
        #expect(
            throws: ConformanceError(
                .notBuilt, "there is no '\(Package.products)/libnothing.so': build the package first, with swift build")
        ) {
            try PluginConformance.library(ofProduct: "nothing")
        }
    }
}
