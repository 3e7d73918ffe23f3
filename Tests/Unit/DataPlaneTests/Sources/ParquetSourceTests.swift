import Testing

@testable import DataPlane

@Suite("Parquet as a source")
struct ParquetSourceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ rows: RecordBatch) throws -> String {
        let path = folder.file("a.parquet")
        let writer = try ParquetWriter(path: path, schema: rows.schema, rowGroupRows: 4)
        try writer.append(rows)
        try writer.finish()
        return path
    }

    @Test("declared columns by name; others are ignored; integers serve as floats")
    func rows() throws {
        let path = try write(
            try batch([
                ("id: int64", [5, 6]), ("x: bool", [true, false]), ("n: int64?", [1, nil]),
                ("s: struct<a: utf8, b: int64>?", [["a": "x", "b": 2], nil]), ("y: binary", ["z", ""]),
            ]))
        let all = try readAll(
            source([path, path], .parquet, ["y: binary", "n: float64?", "s: struct<b: float64>?"], rowID: "id"),
            maxRows: 1)
        #expect(all.quarantined == [])
        let first: JSONValue = ["y": ["base16": "7a"], "n": 1.0, "s": ["b": 2.0]]
        #expect(all.rows.count == 4)
        #expect(all.rows.map { $0["row_id"] } == ["5", "6", "5", "6"])
        #expect(["y", "n", "s"].allSatisfy { all.rows[2][$0] == first[$0] })
        #expect(all.rows[1]["s"] == .null)
    }

    @Test("nulls where none are declared set the row aside")
    func nulls() throws {
        let path = try write(
            try batch([
                ("q: utf8?", ["a", nil, "c", "d"]), ("l: list<utf8?>?", [["a"], ["b"], ["c", nil], nil]),
                ("id: utf8?", ["1", "2", "3", "4"]),
            ]))
        let all = try readAll(source([path], .parquet, ["q: utf8", "l: list<utf8>"]))
        #expect(all.rows.map { $0["q"] } == ["a"])
        #expect(
            all.quarantined.map(\.detail) == [
                "row 2: column 'q' is null", "row 3: column 'l[1]' is null", "row 4: column 'l' is null",
            ])
        #expect(all.quarantined.map(\.rowID) == ["a.parquet:2", "a.parquet:3", "a.parquet:4"])
    }

    @Test("a missing column, another type, an id of no text")
    func failures() throws {
        let path = try write(try batch([("question: utf8", ["a"]), ("f: float64", [1])]))
        func message(_ columns: [String], rowID: String? = nil) -> String? {
            #expect(throws: Failure.self) { try readAll(source([path], .parquet, columns, rowID: rowID)) }?.message
        }
        #expect(message(["questions: utf8"]) == "'a.parquet' has no column 'questions'; did you mean 'question'?")
        #expect(message(["f: int64"]) == "column 'f' of 'a.parquet' is float64, declared is int64")
        #expect(
            message(["f: float64"], rowID: "f")
                == "column 'f' of 'a.parquet', the row_id, is float64: it has to be utf8 or int64")
    }
}
