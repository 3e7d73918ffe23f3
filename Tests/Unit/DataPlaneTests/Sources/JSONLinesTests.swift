import Foundation
import Testing

@testable import DataPlane

private let sampleTasks = Oracle.packageRoot.deletingLastPathComponent()
    .appending(path: "shared/data/text2sql/tasks.jsonl").path

@Suite("JSON Lines")
struct JSONLinesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("rows get host columns; unknown members are ignored, missing nullable ones are null")
    func rows() throws {
        let path = try folder.write(
            "a.jsonl",
            """
            {"q": "one", "n": 1, "extra": [1, {"x": null}]}
            {"n": null, "q": "two", "f": 2, "l": ["a", null], "s": {"m": "x", "other": 1}}
            """)
        let all = try readAll(
            source([path], .jsonl, ["q: utf8", "n: int64?", "f: float64?", "l: list<utf8?>?", "s: struct<m: utf8>?"]))
        #expect(all.quarantined == [])
        #expect(
            all.rows == [
                [
                    "task_id": "t", "row_id": "a.jsonl:1", "ordinal": 0, "q": "one", "n": 1, "f": nil, "l": nil,
                    "s": nil,
                ],
                [
                    "task_id": "t", "row_id": "a.jsonl:2", "ordinal": 1, "q": "two", "n": nil, "f": 2,
                    "l": ["a", nil], "s": ["m": "x"],
                ],
            ])
    }

    @Test("ids from columns, which need not be declared; integers become text")
    func ids() throws {
        let path = try folder.write("a.jsonl", #"{"task": "x", "id": 17, "q": "a"}"# + "\n" + #"{"id": "b", "q": "c"}"#)
        let all = try readAll(source([path], .jsonl, ["q: utf8"], taskID: .column("task"), rowID: "id"))
        #expect(all.rows == [["task_id": "x", "row_id": "17", "ordinal": 0, "q": "a"]])
        #expect(
            all.quarantined == [
                QuarantinedRow(
                    ordinal: 1, rowID: "a.jsonl:2", code: "malformed_row",
                    detail: "line 2: column 'task', the task_id, is missing")
            ])
    }

    @Test("an empty id is none")
    func emptyIDs() throws {
        let path = try folder.write("a.jsonl", #"{"task": "", "id": "a"}"# + "\n" + #"{"task": "x", "id": ""}"#)
        let all = try readAll(source([path], .jsonl, ["id: utf8"], taskID: .column("task"), rowID: "id"))
        #expect(
            all.quarantined.map(\.detail) == ["line 1: the task_id is empty", "line 2: the row_id is empty"])
    }

    @Test("byte order mark, CRLF, blank lines, several files: ordinals and line numbers run as they should")
    func layout() throws {
        let first = try folder.write("a.jsonl", "\u{FEFF}{\"q\": \"1\"}\r\n\r\n \t\n{\"q\": \"2\"}\r\n")
        let second = try folder.write("b.jsonl", "\n{\"q\": \"3\"}")
        let empty = try folder.write("c.jsonl", "")
        let all = try readAll(source([first, empty, second], .jsonl, ["q: utf8"]), maxRows: 1)
        #expect(all.rows.map { $0["row_id"] } == ["a.jsonl:1", "a.jsonl:4", "b.jsonl:2"])
        #expect(all.rows.map { $0["q"] } == ["1", "2", "3"])
    }

    @Test("text stays byte for byte")
    func exactText() throws {
        let text = "  e\u{301}\u{00E9}\t\"\\ \u{0} \r\n\u{2028}🦄 "
        let path = try folder.write("a.jsonl", JSONValue.object([("q", .string(text))]).compact)
        let reader = try SourceReader(source([path], .jsonl, ["q: utf8"]))
        let batch = try #require(try reader.next(maxRows: 10)).batch
        #expect(try #require(batch.column("q")).string(0).utf8.elementsEqual(text.utf8))
    }

    @Test(
        "malformed lines are set aside with line and reason",
        arguments: [
            (#"{"q": "x""#, "line 2: not JSON: "),
            ("[1]", "line 2: wants an object, found an array"),
            ("null", "line 2: wants an object, found null"),
            (#"{"q": "x"} {"q": "y"}"#, "line 2: not JSON: "),
            (#"{"n": 1}"#, "line 2: column 'q' is missing"),
            (#"{"q": null}"#, "line 2: column 'q' is null"),
            (#"{"q": 5}"#, "line 2: column 'q' wants utf8, found an integer"),
            (#"{"q": "x", "n": 3.0}"#, "line 2: column 'n' wants int64, found a number"),
            (
                #"{"q": "x", "n": 9223372036854775808}"#,
                "line 2: column 'n' wants int64, found a number beyond its range"
            ),
            (
                #"{"q": "x", "n": -18446744073709551616}"#,
                "line 2: column 'n' wants int64, found a number beyond its range"
            ),
            (#"{"q": "x", "n": 1e400}"#, "line 2: column 'n' wants int64, found a number beyond its range"),
            (#"{"q": "x", "f": 1e400}"#, "line 2: column 'f' wants float64, found a number beyond its range"),
            (#"{"q": "x", "f": -1e400}"#, "line 2: column 'f' wants float64, found a number beyond its range"),
            (#"{"q": 1e400}"#, "line 2: column 'q' wants utf8, found a number"),
            (#"{"q": "x", "f": "1"}"#, "line 2: column 'f' wants float64, found a string"),
            (#"{"q": "x", "l": ["a", null]}"#, "line 2: column 'l[1]' is null"),
            (#"{"q": "x", "l": [["a"]]}"#, "line 2: column 'l[0]' wants utf8, found an array"),
            (#"{"q": "x", "s": {}}"#, "line 2: column 's.m' is missing"),
            (#"{"q": "x", "q": "y"}"#, "line 2: not JSON: the key \"q\" stands twice in one object"),
        ])
    func malformed(line: String, detail: String) throws {
        let path = try folder.write("a.jsonl", "{\"q\": \"0\"}\n\(line)\n{\"q\": \"2\"}")
        let all = try readAll(
            source([path], .jsonl, ["q: utf8", "n: int64?", "f: float64?", "l: list<utf8>?", "s: struct<m: utf8>?"]))
        #expect(all.rows.map { $0["ordinal"] } == [0, 2])
        let row = try #require(all.quarantined.first)
        #expect(row.ordinal == 1 && row.rowID == "a.jsonl:2" && row.code == "malformed_row")
        if detail.hasSuffix(": ") { #expect(row.detail.hasPrefix(detail)) } else { #expect(row.detail == detail) }
    }

    @Test("numbers of any size where no column wants them; in a float64 column the nearest double")
    func largeNumbers() throws {
        let path = try folder.write(
            "a.jsonl",
            """
            {"q": "a", "other": 18446744073709551616, "f": 1}
            {"q": "b", "other": [-1e400, {"x": 1e400}], "f": 2}
            {"q": "c", "f": 18446744073709551616}
            {"q": "d", "f": -36893488147419103232, "s": {"m": "1e400", "other": 1e400}}
            """)
        let all = try readAll(source([path], .jsonl, ["q: utf8", "f: float64", "s: struct<m: utf8>?"]))
        #expect(all.quarantined == [])
        #expect(all.rows.map { $0["f"] } == [1, 2, .double(0x1p64), .double(-0x1p65)])
        #expect(all.rows.last?["s"] == ["m": "1e400"])
    }

    @Test("bytes that are not UTF-8")
    func notUTF8() throws {
        let path = try folder.write("a.jsonl", Array(#"{"q": ""#.utf8) + [0xFF] + Array(#""}"#.utf8))
        #expect(try readAll(source([path], .jsonl, ["q: utf8"])).quarantined.map(\.detail) == ["line 1: not UTF-8"])
    }

    @Test("lines as long as the limit are read, longer ones are set aside, and reading goes on behind them")
    func longLines() throws {
        let limit = LineReader.lineLimit
        let frame = #"{"q": ""}"#.utf8.count
        func line(_ length: Int) -> String { #"{"q": ""# + String(repeating: "x", count: length - frame) + #""}"# }
        let path = try folder.write(
            "a.jsonl",
            [line(limit), line(limit + 1), "{\"q\": \"a\"}", line(2 * limit + 77), "{\"q\": \"b\"}", line(limit + 1)]
                .joined(separator: "\n"))
        let all = try readAll(source([path], .jsonl, ["q: utf8"]))
        #expect(all.rows.map { $0["q"]?.string?.utf8.count } == [limit - frame, 1, 1])
        #expect(
            all.quarantined.map(\.detail) == [2, 4, 6].map { "line \($0): longer than 16 MiB" })
    }

    @Test("a batch of long rows ends early")
    func batchBytes() throws {
        let line = #"{"q": ""# + String(repeating: "x", count: 1 << 20) + #""}"#
        let path = try folder.write("a.jsonl", [String](repeating: line, count: 9).joined(separator: "\n"))
        let reader = try SourceReader(source([path], .jsonl, ["q: utf8"]))
        var counts: [Int] = []
        while let batch = try reader.next(maxRows: 100) { counts.append(batch.rowCount) }
        #expect(counts == [4, 4, 1])
    }

    @Test("files that cannot be read are failures")
    func failures() throws {
        let missing = #expect(throws: Failure.self) { try readAll(source([folder.file("no")], .jsonl, ["q: utf8"])) }
        #expect(missing?.message == "cannot open '\(folder.file("no"))': No such file or directory")
        let directory = #expect(throws: Failure.self) { try readAll(source([folder.path], .jsonl, ["q: utf8"])) }
        #expect(directory?.message == "cannot read '\(folder.path)': Is a directory")
        let binary = #expect(throws: Failure.self) { try SourceReader(source([], .jsonl, ["b: list<binary>"])) }
        #expect(
            binary?.message
                == "column 'b' is binary, which only Parquet files can hold; this source is jsonl")
    }

    @Test(
        "the sample data, every row",
        .enabled(if: FileManager.default.fileExists(atPath: sampleTasks), "needs ../shared/data/text2sql"))
    func sampleData() throws {
        let all = try readAll(
            source([sampleTasks], .jsonl, ["db_id: utf8", "question: utf8", "gold_sql: utf8"], rowID: "task_id"),
            maxRows: 100)
        #expect(all.rows.count == 1293)
        #expect(all.quarantined == [])
        #expect(all.rows.first?["row_id"] == "hr_1-0001")
    }
}
