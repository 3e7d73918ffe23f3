import Blocking
import DataPlane
import Foundation
import Testing

/// `fastdistill plugins check`: what it prints, to the letter, and how it ends.
@Suite(.blocking) struct ConformanceTests {
    private func check(
        _ plugin: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> (result: ChildProcess.Result, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        try FixturePlugin.compile(plugin, into: folder)
        let result = try ChildProcess(
            [Package.executable, "plugins", "check", "\(plugin).so"] + arguments, environment: environment,
            directory: folder.path
        ).wait()
        return (result, folder)
    }

    @Test func theRulesAreThoseOfTheirPage() throws {
        let printed = try shell([Package.executable, "plugins", "check", "--rules"])
        #expect(printed.status == 0 && printed.output.hasPrefix("### load\n\n| rule "))
        #expect(
            try Package.text("Docs/specs/conformance.md").hasSuffix("\n" + printed.output),
            "stale; put what `fastdistill plugins check --rules` prints at the end of the page")
    }

    @Test func aPluginThatConformsEndsWith0() throws {
        let (result, folder) = try check("good", ["--only", "load", "--only", "bind:copy"])
        #expect(result.status == 0 && result.errors == "")
        #expect(
            result.output == """
                echo 1.0.0 (\(folder.path)/good.so), seed 1

                  load       10 passed
                  bind       10 passed, 2 skipped

                skipped   bind.optional, step 'copy': no column is optional
                skipped   bind.any_order, step 'copy': the step reads fewer than two columns

                20 passed, 2 skipped

                """)
    }

    @Test func aPluginThatDoesNotConformEndsWith6() throws {
        let (result, folder) = try check(
            "crashes_in_create",
            ["--only", "config.defaults", "--only", "config.wrong_type", "--only", "load.spec", "--verbose"])
        #expect(result.status == 6 && result.errors == "")
        #expect(
            result.output == """
                echo 1.0.0 (\(folder.path)/crashes_in_create.so), seed 1

                  load       1 passed
                  config     0 passed, 1 crashed, 1 skipped

                pass      load.spec

                crashed   config.defaults, step 'copy'
                    seen: the process was ended by SIGABRT; its standard error ends with:
                          no such thing
                    do:   Look with a debugger: fastdistill plugins check \(folder.path)/crashes_in_create.so --in-process --only config.defaults:copy.

                skipped   config.wrong_type, step 'copy': config.defaults crashes

                1 passed, 1 crashed, 1 skipped: the plugin does not conform

                """)
    }

    @Test func aWarningIsNoFailure() throws {
        let (result, folder) = try check("twice", ["--only", "behaviour.reports_progress", "--seed", "7"])
        #expect(result.status == 0)
        #expect(
            result.output == """
                echo 1.0.0 (\(folder.path)/twice.so), seed 7

                  behaviour  0 passed, 1 with a warning

                warning   behaviour.reports_progress, step 'copy'
                    seen: it reports no row
                    do:   Call `row` of `fastdistill.progress/1` for each row; without it the host finds it by halving.

                0 passed, 1 with a warning

                """)
    }

    @Test func theReportIsOneDocumentForPrograms() throws {
        let (result, folder) = try check("drops_row", ["--only", "data.rows", "--only", "load.spec", "--json"])
        #expect(result.status == 6)
        #expect(
            try JSONParser().parse(result.output) == [
                "fastdistill_conformance": 1, "file": .string(folder.file("drops_row.so")), "plugin": "echo",
                "version": "1.0.0", "seed": 1,
                "counts": ["pass": 1, "fail": 1, "crashed": 0, "skipped": 0, "warning": 0],
                "results": [
                    ["rule": "load.spec", "step": nil, "result": "pass", "seen": "", "remedy": ""],
                    [
                        "rule": "data.rows", "step": "copy", "result": "fail",
                        "seen": "at row 1: the input row is neither in 'out' nor in 'rejects'",
                        "remedy": "Append the row's number to `parent` with each row, and reject what has no answer.",
                    ],
                ],
            ])
    }

    /// For a debugger, all rules one after the other in one process.
    /// Nothing could be tried, so nothing is known: what stood in the way is in the results.
    @Test func aRuleThatCouldNotBeTriedIsNoConformance() throws {
        let (result, _) = try check("crashes_in_create", ["--only", "data.runs"])
        #expect(result.status == 6, "\(result)")
        #expect(result.output.contains("config.defaults"), "\(result)")
    }

    @Test func aPluginConformsInOneProcess() throws {
        let (result, _) = try check("good", ["--in-process"])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("\n68 passed, 10 skipped\n"), "\(result)")
    }

    @Test func rowsOfAFileAreUsed() throws {
        let folder = try TemporaryFolder()
        try folder.write("rows.jsonl", #"{"text": "bad"}"# + "\n")
        let (without, _) = try check("aborts", ["--only", "data.runs"])
        #expect(without.status == 0)
        let (with, _) = try check("aborts", ["--only", "data.runs", "--rows", folder.file("rows.jsonl")])
        #expect(with.status == 6 && with.output.contains("crashed   data.runs"))
        try folder.write("rows.jsonl", "{}\n[1]\n")
        let (wrong, _) = try check("aborts", ["--rows", folder.file("rows.jsonl")])
        #expect(wrong.status == 2)
        #expect(
            wrong.errors
                == "\(folder.file("rows.jsonl")):2: error: the line is not a JSON object: --rows takes one object a line\n"
        )
    }

    @Test func nothingIsLeftOfTheFoldersOfTheRules() throws {
        let folder = try TemporaryFolder()
        let (result, _) = try check(
            "writes_file", ["--only", "behaviour.files"], environment: ["TMPDIR": folder.path])
        #expect(result.status == 6, "\(result)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test(arguments: [
        (["--only", "daat"], "there is no rule or group 'daat'; did you mean 'data'?"),
        (["--with", "a"], "--with takes NAME=VALUE, not 'a'"),
        (["--with", "a=1"], "no step of the plugin has an option 'a'; there are none"),
        (["--rows", "none.jsonl"], "cannot open 'none.jsonl': No such file or directory"),
    ])
    func whatIsNotPossibleEndsWith2(_ arguments: [String], message: String) throws {
        let (result, _) = try check("good", arguments)
        #expect(result.status == 2 && result.errors == "error: \(message)\n", "\(result)")
    }

    @Test func aFileThatIsNoPluginEndsWith2() throws {
        let (result, folder) = try check("no_entry")
        #expect(result.status == 2)
        #expect(
            result.errors
                == "error: the plugin file '\(folder.path)/no_entry.so' cannot be used: it does not export "
                + "'fastdistill_plugin_v1', so it is a library but not a FastDistill plugin\n")
        let library = folder.file("no_entry.so")
        try Data(contentsOf: URL(filePath: library)).prefix(1000).write(to: URL(filePath: library))
        let half = try shell([Package.executable, "plugins", "check", library])
        #expect(half.status == 2 && half.errors.contains("it is cut off: it has 1000 bytes of at least "), "\(half)")
        let missing = try shell([Package.executable, "plugins", "check"])
        #expect(missing.status == 2 && missing.errors.hasPrefix("Error: Name the plugin file.\n"))
    }
}
