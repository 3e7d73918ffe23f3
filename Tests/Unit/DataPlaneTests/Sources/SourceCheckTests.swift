import Glibc
import Testing

@testable import DataPlane

@Suite("Sources checked before they are read")
struct SourceCheckTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func errors(_ description: SourceDescription) -> [String] {
        do throws(Failures) {
            try SourceReader.checkFiles(description)
            return []
        } catch {
            return error.all.map(FailureRenderer.render)
        }
    }

    private func parquet(_ name: String, _ rows: RecordBatch) throws -> String {
        let path = folder.file(name)
        let writer = try ParquetWriter(path: path, schema: rows.schema, rowGroupRows: 4)
        try writer.append(rows)
        try writer.finish()
        return path
    }

    @Test("every CSV file that does not fit is named, with the first reason")
    func csv() throws {
        let files = [
            try folder.write("a.csv", "id,question\n1"), try folder.write("b.csv", "id,text\n"),
            try folder.write("c.csv", ""), try folder.write("d.csv", "question,id"),
        ]
        #expect(
            try errors(source(files, .csv, ["question: utf8"], rowID: "id")) == [
                "b.csv:1: error: 'b.csv' has no column 'question'; known: id, text",
                "c.csv:1: error: 'c.csv' has no header row: its first line names the columns",
            ])
        #expect(try errors(source([files[0], files[3]], .csv, ["question: utf8"], rowID: "id")) == [])
    }

    @Test("every Parquet file that does not fit is named, with the first reason")
    func parquet() throws {
        let none = folder.file("none.parquet")
        let files = [
            try parquet("a.parquet", try batch([("q: utf8", ["a"])])),
            try parquet("b.parquet", try batch([("q: int64", [1])])), none,
            try folder.write("d.parquet", "PAR1"),
        ]
        let found = try errors(source(files, .parquet, ["q: utf8"]))
        #expect(found.count == 3)
        #expect(found.first == "error: column 'q' of 'b.parquet' is int64, declared is utf8")
        #expect(found.dropFirst().first?.hasPrefix("error: cannot read '\(none)': ") == true)
        #expect(found.last?.hasPrefix("error: cannot read '\(files[3])': ") == true)
    }

    @Test("JSON Lines are only opened: what stands in them is a matter of rows; a pipe is left as it is")
    func jsonLines() throws {
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let files = [try folder.write("a.jsonl", "no row"), pipe]
        #expect(try errors(source(files, .jsonl, ["q: utf8"])) == [])
        #expect(
            try errors(source(files + [folder.file("no"), folder.path], .jsonl, ["q: utf8"])) == [
                "error: cannot open '\(folder.file("no"))': No such file or directory",
                "error: cannot read '\(folder.path)': Is a directory",
            ])
    }
}
