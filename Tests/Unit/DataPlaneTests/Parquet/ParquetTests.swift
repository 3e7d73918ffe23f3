import Blocking
import Foundation
import Testing

@testable import DataPlane

@Suite("Parquet", .blocking)
struct ParquetTests {
    private func read(_ path: String, batchRows: Int = 100) throws -> [JSONValue] {
        let reader = try ParquetReader(path: path, batchRows: batchRows)
        var rows: [JSONValue] = []
        while let batch = try reader.next() {
            #expect((1...batchRows).contains(batch.rowCount))
            rows += batch.rows
        }
        return rows
    }

    @Test("pyarrow, DuckDB and we read what we wrote, all types and nulls")
    func allTypes() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("all.parquet")
        let original = try ArrowRoundTripTests.sample()
        let writer = try ParquetWriter(path: path, schema: original.schema, rowGroupRows: 2)
        try writer.append(original)
        try writer.finish()

        let seen = try Oracle.json("parquet_rows.py", [path])
        #expect(seen["rows"] == .array(original.rows))
        #expect(seen["row_groups"] == [2, 2, 1])
        #expect(seen["compression"] == ["ZSTD"])
        #expect(seen["has_statistics"] == true)
        #expect(seen["key_values"] == [])
        #expect(seen["duckdb_count"] == 5)
        #expect(seen["schema"]?.array?.first == "b: bool")
        #expect(seen["schema"]?.array?.dropFirst().first == "i: int64 not null")
        #expect(try read(path) == original.rows)
        #expect(try read(path, batchRows: 1) == original.rows)
        #expect(try ParquetReader(path: path, batchRows: 1).schema == original.schema)
    }

    @Test("equal rows in other batches make equal bytes")
    func batching() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 3)
        let rows = try batch([
            ("i: int64", (0..<5000).map { .int($0 % 77) }),
            ("t: utf8?", (0..<5000).map { $0 % 9 == 0 ? .null : .string("text \($0 * 31 % 1009)") }),
        ])
        func write(_ name: String, cut: () -> Int) throws -> Data {
            let path = folder.file(name)
            let writer = try ParquetWriter(path: path, schema: rows.schema, rowGroupRows: 1024)
            var start = 0
            while start < rows.rowCount {
                let end = min(start + cut(), rows.rowCount)
                try writer.append(rows.taking(Array(start..<end)))
                start = end
            }
            try writer.finish()
            return try Data(contentsOf: URL(filePath: path))
        }
        let whole = try write("whole.parquet") { 5000 }
        #expect(try write("ones.parquet") { 100 } == whole)
        #expect(try write("random.parquet") { Int.random(in: 0...2500, using: &generator) } == whole)
        let seen = try Oracle.json("parquet_rows.py", [folder.file("random.parquet")])
        #expect(seen["row_groups"] == [1024, 1024, 1024, 1024, 904])
        #expect(seen["rows"] == .array(rows.rows))
    }

    @Test("without a group size every batch is a row group; no rows is a file too")
    func groups() throws {
        let folder = try TemporaryFolder()
        let rows = try batch([("i: int64", [1, 2, 3])])
        let writer = try ParquetWriter(path: folder.file("a.parquet"), schema: rows.schema, rowGroupRows: 0)
        try writer.append(rows)
        try writer.append(rows.taking([]))
        try writer.append(rows.taking([2]))
        try writer.finish()
        let seen = try Oracle.json("parquet_rows.py", [folder.file("a.parquet")])
        #expect(seen["row_groups"] == [3, 1])

        let none = try ParquetWriter(path: folder.file("none.parquet"), schema: rows.schema, rowGroupRows: 10)
        try none.finish()
        #expect(try Oracle.json("parquet_rows.py", [folder.file("none.parquet")])["duckdb_count"] == 0)
        #expect(try read(folder.file("none.parquet")) == [])
    }

    @Test("what pyarrow writes in its own types is widened")
    func foreignTypes() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("foreign.parquet")
        _ = try Oracle.run("foreign_parquet.py", ["wide", path])
        #expect(
            try ParquetReader(path: path, batchRows: 10).schema.fields.map(\.description) == [
                "small: int64?", "half: float64?", "large: utf8?", "coded: utf8?", "parts: list<int64?>?",
                "nested: struct<n: int64?, t: utf8?>?",
            ])
        #expect(
            try read(path) == [
                [
                    "small": 1, "half": 0.5, "large": "a", "coded": "x", "parts": [1, 2],
                    "nested": ["n": 7, "t": "u"],
                ],
                ["small": nil, "half": nil, "large": nil, "coded": "x", "parts": nil, "nested": nil],
                ["small": -3, "half": 2, "large": "ü", "coded": nil, "parts": [], "nested": ["n": nil, "t": nil]],
            ])
    }

    @Test("types without a column are refused by name")
    func foreignDates() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("dates.parquet")
        _ = try Oracle.run("foreign_parquet.py", ["dates", path])
        let failure = #expect(throws: Failure.self) { try ParquetReader(path: path, batchRows: 10) }
        #expect(
            failure?.message == "cannot read '\(path)': type at column 'day': the Arrow format 'tdD' is not one of "
                + "b, l, g, u, z, +l, +s (bool, int64, float64, utf8, binary, list, struct)")
    }

    @Test("a missing, a spoilt and a folder path are failures with the reason")
    func failures() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: Failure.self) {
            try ParquetReader(path: folder.file("no.parquet"), batchRows: 1)
        }
        #expect(missing?.code == "parquet")
        #expect(missing?.message.hasPrefix("cannot read '\(folder.file("no.parquet"))': Failed to open") == true)
        let spoilt = try folder.write("x.parquet", "PAR1 this is no Parquet file PAR1")
        #expect(throws: Failure.self) { try ParquetReader(path: spoilt, batchRows: 1) }
        let unwritable = #expect(throws: Failure.self) {
            try ParquetWriter(path: folder.path, schema: Schema([Field("a", .bool)]), rowGroupRows: 1)
        }
        #expect(unwritable?.message.hasPrefix("cannot create '\(folder.path)': ") == true)
    }

    @Test("the message when the library is nowhere, and when it cannot be loaded")
    func libraryMissing() throws {
        let folder = try TemporaryFolder()
        let nowhere = #expect(throws: Failure.self) {
            try ParquetLibrary.load(override: nil, folders: ["/no", "/nor"])
        }
        #expect(
            nowhere?.message == "cannot find libFastDistillParquet.so, which reads and writes Parquet; looked for "
                + "'/no/libFastDistillParquet.so', '/nor/libFastDistillParquet.so': "
                + "install FastDistill again or set FASTDISTILL_PARQUET_LIBRARY to the library's path")
        let text = try folder.write("text.so", "no library")
        let broken = #expect(throws: Failure.self) { try ParquetLibrary.load(override: text, folders: []) }
        #expect(broken?.message.hasPrefix("cannot load '\(text)': ") == true)
        #expect(broken?.code == "parquet_library")
    }
}
