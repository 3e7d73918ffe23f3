import Testing

@testable import DataPlane

@Suite("CSV")
struct CSVTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ text: String, _ columns: [String], taskID: SourceDescription.TaskID = .constant("t"), rowID: String? = nil
    ) throws -> (rows: [JSONValue], quarantined: [QuarantinedRow]) {
        let path = try folder.write("a.csv", text)
        return try readAll(source([path], .csv, columns, taskID: taskID, rowID: rowID))
    }

    @Test("quotes, commas and line ends in quotes, CRLF, a byte order mark, blank lines")
    func quoting() throws {
        let all = try read(
            "\u{FEFF}q,n\r\n\"a, \"\"b\"\"\r\nc\n\",1\r\n\r\nplain text ,2\n\"\",3\n\"x\"\"\",4",
            ["q: utf8", "n: int64"])
        #expect(all.quarantined == [])
        #expect(all.rows.map { $0["q"] } == ["a, \"b\"\r\nc\n", "plain text ", "", "x\""])
        #expect(all.rows.map { $0["row_id"] } == ["a.csv:2", "a.csv:6", "a.csv:7", "a.csv:8"])
    }

    @Test("an empty field is null where null is allowed and no quotes stand there")
    func empty() throws {
        let all = try read("a,b,c\n,,\n\"\",\"\",1", ["a: utf8?", "b: utf8", "c: int64?"])
        #expect(
            all.rows.map { [$0["a"], $0["b"], $0["c"]] } == [[.null, "", .null], ["", "", 1]])
    }

    @Test("all types, columns by name in any order, ids from columns")
    func types() throws {
        let all = try read(
            "id,l,f,b,i,task\n7,\"[\"\"x\"\", null]\",-1.5e3,true,-9,one\nx,[],2,false,0,two",
            ["b: bool", "i: int64", "f: float64", "l: list<utf8?>"], taskID: .column("task"), rowID: "id")
        #expect(
            all.rows == [
                [
                    "task_id": "one", "row_id": "7", "ordinal": 0, "b": true, "i": -9, "f": -1500.0,
                    "l": ["x", nil],
                ],
                ["task_id": "two", "row_id": "x", "ordinal": 1, "b": false, "i": 0, "f": 2.0, "l": []],
            ])
    }

    @Test(
        "malformed records are set aside with line and reason",
        arguments: [
            ("a,1,x", "line 2: 3 fields, the header has 2"),
            ("a", "line 2: 1 fields, the header has 2"),
            ("a,1.0", "line 2: column 'n' wants int64, found other text"),
            ("a,", "line 2: column 'n' wants int64, found an empty field"),
            ("a\"b,1", "line 2: a quote stands inside field 1, which is not quoted"),
            ("\"a\"b,1", "line 2: text stands behind the closing quote of field 1"),
        ])
    func malformed(line: String, detail: String) throws {
        let all = try read("q,n\n\(line)\nc,3", ["q: utf8", "n: int64"])
        #expect(all.rows.map { $0["ordinal"] } == [1])
        #expect(
            all.quarantined == [
                QuarantinedRow(ordinal: 0, rowID: "a.csv:2", code: "malformed_row", detail: detail)
            ])
    }

    @Test("numbers that only a programming language would write")
    func numbers() throws {
        let all = try read("f\n0x10\nnan\ninf\n1e999\n.5\n+3", ["f: float64"])
        #expect(all.rows.map { $0["f"] } == [0.5, 3])
        #expect(
            all.quarantined.map(\.detail) == (2...5).map { "line \($0): column 'f' wants float64, found other text" })
    }

    @Test("numbers of any size in a field of JSON")
    func numbersInJSON() throws {
        let fields = [#"{""f"": 18446744073709551616, ""x"": 1e400}"#, #"{""f"": 1e400}"#].map { "\"\($0)\"\n" }
        let all = try read("s\n" + fields.joined(), ["s: struct<f: float64>"])
        #expect(all.rows.map { $0["s"] } == [["f": .double(0x1p64)]])
        #expect(
            all.quarantined.map(\.detail) == ["line 3: column 's.f' wants float64, found a number beyond its range"])
    }

    @Test("a quote that is never closed takes one row with it and says so")
    func unclosed() throws {
        let all = try read("q\nx\n\"y\nz", ["q: utf8"])
        #expect(all.rows.map { $0["q"] } == ["x"])
        #expect(
            all.quarantined.map(\.detail) == ["line 3: a quoted field is not closed before the end of the file"])
    }

    @Test("an empty id is malformed")
    func emptyID() throws {
        #expect(
            try read("id,q\n,a", ["q: utf8"], rowID: "id").quarantined.map(\.detail) == ["line 2: the row_id is empty"])
    }

    @Test("headers that do not fit are failures with a place")
    func headers() throws {
        func message(_ text: String) -> String? {
            let failure = #expect(throws: Failure.self) { try read(text, ["question: utf8"]) }
            return failure.map(FailureRenderer.render)
        }
        #expect(message("") == "a.csv:1: error: 'a.csv' has no header row: its first line names the columns")
        #expect(
            message("queston,b\n1,2")
                == "a.csv:1: error: 'a.csv' has no column 'question'; did you mean 'queston'?")
        #expect(
            message("question,question\n1,2") == "a.csv:1: error: 'a.csv' has two columns 'question': rename one")
    }
}
