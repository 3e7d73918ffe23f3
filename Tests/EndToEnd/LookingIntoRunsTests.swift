import Blocking
import DataPlane
import Foundation
import Testing

/// `fastdistill why` and `fastdistill diff`.
@Suite(.blocking) struct LookingIntoRunsTests {
    private static let rows = """
        {"id": "a", "text": "one", "strictly": "ok", "leniently": "ok", "team": "red", "says": "ok", "points": 4, "split": "train"}
        {"id": "b", "text": "two", "strictly": "wrong", "leniently": "wrong", "team": null, "says": "ok", "points": 4, "split": "train"}
        {"id": "c", "text": "one", "strictly": "ok", "leniently": "ok", "team": "red", "says": "ok", "points": 4, "split": "test"}
        {"id": "d", "text": "esc \\u001b[31m\\nend", "strictly": "ok", "leniently": "ok", "team": "red", "says": "ok", "points": 0.5, "split": "dev"}
        no row
        {"id": "twice", "text": "five", "strictly": "ok", "leniently": "ok", "team": null, "says": "ok", "points": 4, "split": "train"}
        {"id": "twice", "text": "six", "strictly": "ok", "leniently": "wrong", "team": null, "says": "ok", "points": 4, "split": "train"}

        """

    /// A run of these rows called `r`, two rows a shard.
    private static func workspace() throws -> Workspace {
        let workspace = try Marks.workspace(rows, graph: Marks.graph(shardRows: 2))
        try workspace.run(["--run-id", "r"])
        return workspace
    }

    private static func why(_ workspace: Workspace, _ arguments: String...) throws -> ChildProcess.Result {
        try workspace.command(["why"] + arguments)
    }

    /// With names in the place of hashes.
    private static func plain(_ text: String) -> String { text.replacing(#/[0-9a-f]{64}/#, with: "HASH") }

    @Test func aStoryTellsWhatARowWasAndHowItEnded() throws {
        let workspace = try Self.workspace()
        let kept = try Self.why(workspace, "runs/r", "a")
        #expect(
            Self.plain(kept.output) == """
                row a: kept
                  task_id      marks
                  schema_hash  HASH
                  input_id     HASH
                  sample_id    HASH
                  ordinal      0

                source
                  text       one
                  strictly   ok
                  leniently  ok
                  team       red
                  says       ok
                  points     4
                  split      train

                stage canonical
                  canonical.text  one

                stage compared
                  compare.strict   ok
                  compare.lenient  ok
                  compare.group    red

                stage judged
                  judge.said   ok
                  judge.score  4

                ends
                  candidate 0: kept

                the same input
                  row c, a duplicate

                """, "\(kept)")
        let rejected = try Self.why(workspace, "runs/r", "b", "--full")
        #expect(
            Self.plain(rejected.output).hasSuffix(
                """
                stage compared
                  compare.strict   wrong
                  compare.lenient  wrong
                  compare.group    null

                ends
                  candidate 0: rejected with differs at differs
                    evidence  {"compare.strict":"wrong","team":null}

                """), "\(rejected)")
        let duplicate = try Self.why(workspace, "runs/r", "c")
        #expect(
            Self.plain(duplicate.output).hasSuffix(
                """
                ends
                  candidate 0: duplicate at ids
                    duplicate_of  HASH

                the same input
                  row a, which came first

                """), "\(duplicate)")
        let malformed = try Self.why(workspace, "runs/r", "rows.jsonl:5")
        #expect(malformed.output.hasPrefix("row rows.jsonl:5: rejected\n"), "\(malformed)")
        #expect(malformed.output.contains("  candidate 0: rejected with malformed_row at source\n"), "\(malformed)")
    }

    @Test func controlCharactersOfRowsAreShownAndNotObeyed() throws {
        let result = try Self.why(try Self.workspace(), "runs/r", "d")
        #expect(result.output.contains("  text       esc ␛[31m⏎end\n"), "\(result)")
        #expect(!result.output.contains("\u{1B}"))
    }

    @Test func everyIDAndItsBeginningLeadToTheRow() throws {
        let workspace = try Self.workspace()
        let ids = try workspace.runFolder().query(
            "SELECT input_id, sample_id FROM stage WHERE row_id = 'a'", stage: "distilled")
        let story = try Self.why(workspace, "runs/r", "a").output
        for column in ["input_id", "sample_id"] {
            let id = try #require(ids.first?[column]?.string)
            // Also of the duplicate, which has the same: the original is meant.
            for part in [id, String(id.prefix(8))] {
                #expect(try Self.why(workspace, "runs/r", part).output == story, "\(part)")
            }
        }
        let several = try Self.why(workspace, "runs/r", "twice")
        #expect(several.output.hasPrefix("2 source rows have the row_id 'twice'\n\nrow twice: kept\n"), "\(several)")
        #expect(several.output.contains("\n\nrow twice: rejected\n"), "\(several)")
    }

    @Test func whatCannotBeFoundIsSaidWithARemedy() throws {
        let workspace = try Self.workspace()
        let cases = [
            (["nothing", "a"], "'nothing' is not the folder of a run; name one, such as runs/<run_id>"),
            (["runs", "a"], "'runs' is not the folder of a run; name one, such as runs/<run_id>"),
            (
                ["runs/r", "twicee"],
                "no row of 'runs/r' has the row_id, input_id or sample_id 'twicee'; did you mean 'twice'?"
            ),
            (
                ["runs/r", "0123456"],
                "no row of 'runs/r' has the row_id, input_id or sample_id '0123456'; of an input_id or sample_id at "
                    + "least 8 digits are needed"
            ),
            (
                ["runs/r", "0123456789"],
                "no row of 'runs/r' has the row_id, input_id or sample_id '0123456789'"
            ),
        ]
        for (arguments, message) in cases {
            let result = try workspace.command(["why"] + arguments)
            #expect(result.status == 2 && result.errors == "error: \(message)\n", "\(result)")
        }
        try FileManager.default.removeItem(atPath: workspace.folder.file("runs/r/reports"))
        let unfinished = try workspace.command(["why", "runs/r", "0123456789"])
        #expect(
            unfinished.errors == """
                error: no row of 'runs/r' has the row_id, input_id or sample_id '0123456789'; the run has not come to an \
                end, and only sealed shards can be looked through

                """)
    }

    /// Many inputs, until two begin alike.
    @Test func aBeginningOfSeveralIDsIsRefused() throws {
        let run = Result { try Marks.workspace(Marks.rows(3, seed: 1)) }
        let workspace = try run.get()
        try workspace.run(["--run-id", "r"])
        let path = workspace.folder.file("runs/r/artifacts/distilled/shard-00000.parquet")
        // Ids that nobody would get by chance, so the file is written anew.
        let made = try shell([
            Package.python, "-c",
            """
            import sys, pyarrow as pa, pyarrow.parquet as pq
            table = pq.ParquetFile(sys.argv[1]).read()
            schema = table.schema
            rows = table.to_pylist()
            row = dict(rows[0]) if rows else sys.exit("no row")
            rows = [dict(row, ordinal=i, input_id="ab" * 31 + "0" + str(i), sample_id="cd" * 32) for i in range(2)]
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), sys.argv[1])
            """, path,
        ])
        try #require(made.status == 0, "\(made)")
        let result = try Self.why(workspace, "runs/r", "abababab")
        let id = String(repeating: "ab", count: 31)
        #expect(result.status == 2)
        #expect(
            result.errors == """
                error: 'abababab' is the beginning of several ids: \(id)00, \(id)01; write more of it

                """, "\(result)")
    }

    @Test func whatWasAskedAndWhatCameOutOfTheStoreIsTold() throws {
        let (workspace, server) = try ReplayTests.workspace()
        try workspace.run(["--run-id", "fresh"])
        try workspace.run(["--run-id", "again"])
        server.stop()
        func asked(_ run: String) throws -> String {
            let story = try Self.why(workspace, "runs/\(run)", "lines.jsonl:2").output
            let part = try #require(story.components(separatedBy: "\nasked\n").last)
            return part.replacing(#/[0-9]+\.[0-9]{2} s/#, with: "TIME")
        }
        #expect(
            try asked("fresh").hasPrefix(
                "  session 1, TIME: teacher for node teacher: 2 candidates by teacher (teacher-model), status 200, "))
        #expect(
            try asked("again") == """
                  session 1, TIME: teacher for node teacher: 2 candidates out of the store, answered by teacher

                """)
    }

    @Test func theDifferenceIsWhatPythonFindsInTheArtifacts() throws {
        let workspace = try Marks.workspace(Marks.rows(600, seed: 21))
        try workspace.run(["--run-id", "a"])
        try workspace.folder.write("rows.jsonl", Marks.rows(650, seed: 22))
        try workspace.run(["--run-id", "b"])
        let result = try workspace.command(["diff", "runs/a", "runs/b", "--json"])
        #expect(result.status == 0, "\(result)")
        try workspace.folder.write("diff.json", result.output)
        let (a, b) = (workspace.folder.file("runs/a"), workspace.folder.file("runs/b"))
        let compared = try Oracle.run("Tests/Oracles/run_diff.py", [a, b, workspace.folder.file("diff.json")])
        #expect(Int(compared.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 500)
        let difference = try json(workspace.folder.file("diff.json"))
        #expect(difference["changed"]?.array?.count ?? 0 >= 4, "\(result)")
        #expect(difference["codes"]?.array?.isEmpty == false && difference["columns"]?.object?.isEmpty == false)
    }

    @Test func theDifferenceIsToldInWords() throws {
        let workspace = try Self.workspace()
        let changed = Self.rows.replacingOccurrences(
            of: #""team": "red", "says": "ok", "points": 0.5"#, with: #""team": "red", "says": "ok", "points": 3"#
        ).replacingOccurrences(
            of: #""strictly": "ok", "leniently": "ok", "team": "red", "says": "ok", "points": 4, "split": "train""#,
            with: #""strictly": "wrong", "leniently": "ok", "team": "red", "says": "ok", "points": 4, "split": "train""#
        ).replacingOccurrences(of: "\"six\"", with: "\"seven\"")
        try workspace.folder.write("rows.jsonl", changed)
        try workspace.run(["--run-id", "s"])
        let result = try workspace.command(["diff", "runs/r", "runs/s", "--limit", "1"])
        #expect(result.status == 0)
        #expect(
            result.output.replacing(#/input [0-9a-f]{16}/#, with: "input ID") == """
                A  runs/r: 5 inputs, 1 duplicate, 1 row that ended before having an input_id
                B  runs/s: 5 inputs, 1 duplicate, 1 row that ended before having an input_id

                outcomes, A down and B across
                                kept  not_selected  rejected  absent
                  kept             2             0         0       0
                  not_selected     0             0         0       0
                  rejected         1             0         1       1
                  absent           0             0         1

                absent in A, rejected in B: 1 input
                  twice (input ID): differs

                rejected in A, absent in B: 1 input
                  twice (input ID): differs

                rejected in A, kept in B: 1 input
                  d (input ID): doubtful

                kept in both: 2 inputs, 1 with other values
                  compare.strict: 1 input
                    a (input ID)
                  strictly: 1 input
                    a (input ID)

                """, "\(result)")
        let same = try workspace.command(["diff", "runs/r", "runs/r"])
        #expect(
            same.status == 0
                && same.output.hasSuffix("\n\nkept in both: 2 inputs, 0 with other values\n\nno difference\n"))
        let none = try workspace.command(["diff", "runs/r", "nothing"])
        #expect(
            none.status == 2
                && none.errors == "error: 'nothing' is not the folder of a run; name one, such as runs/<run_id>\n")
        for words in [["--limit=-1"], ["--limit", "-1"]] {
            let limit = try workspace.command(["diff", "runs/r", "runs/s"] + words)
            #expect(limit.status == 2)
            #expect(limit.errors.hasPrefix("Error: '--limit' is a number of examples, from 0.\n"), "\(limit)")
        }
    }

    /// Two candidates of each sample, of which the first has another text in the other run.
    @Test func candidatesAreComparedInTheirOrder() throws {
        let (workspace, server) = try ReplayTests.workspace()
        try workspace.run(["--run-id", "a"])
        server.stop()
        let script = ReplayTests.script.replacingOccurrences(of: "one to", with: "owe to")
        let other = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: other.url)
        try workspace.run(["--run-id", "b", "--replies", "other.sqlite"])
        let difference = try JSONParser().parse(
            try workspace.command(["diff", "runs/a", "runs/b", "--json", "--limit", "0"]).output)
        let kept = try #require(difference["kept_in_both"]?.int)
        #expect(kept == 12)
        // One question has a reply of its own, which is the same in both.
        #expect(difference["columns"] == ["teacher.text": ["count": .int(kept - 1), "examples": []]])
        #expect(difference["row_counts"]?["count"] == 0)
    }

    /// Both candidates of each sample but one, of which the other run has the second only.
    @Test func aCandidateIsComparedWithItselfWhereAnotherIsGone() throws {
        let (workspace, server) = try ReplayTests.workspace()
        try workspace.run(["--run-id", "a"])
        server.stop()
        let filtered = #"{"text": "", "finish_reason": "content_filter"}"#
        let script = ReplayTests.script.replacingOccurrences(
            of: #"{"Question 3?""#,
            with: #"{"Question 5?": [{"replies": [\#(filtered), "two to Question 5?"]}], "Question 3?""#)
        let other = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: other.url)
        try workspace.run(["--run-id", "b", "--replies", "other.sqlite"])
        let difference = try JSONParser().parse(
            try workspace.command(["diff", "runs/a", "runs/b", "--json", "--limit", "1"]).output)
        #expect(difference["row_counts"]?["count"] == 1)
        #expect(difference["row_counts"]?["examples"]?.array?.first?["note"] == "2 → 1 rows")
        // Alone it is told its own number of tokens.
        #expect(difference["columns"]?.object?.map(\.0) == ["teacher.completion_tokens"], "\(difference)")
    }
}
