import Foundation
import Testing

@testable import DataPlane

@Suite struct BatchFileTests {
    private static let schema = Schema([
        Field("text", .utf8), Field("parts", .structure([Field("n", .int64), Field("x", .float64)])),
        Field("list", .list(Field("item", .utf8))),
    ])

    private func batch(_ rows: Range<Int>) -> RecordBatch {
        let builders = Self.schema.fields.map { ColumnBuilder($0.type) }
        for row in rows {
            if row % 3 == 0 { builders[0].appendNull() } else { builders[0].append("text \(row)") }
            builders[1].children[0].append(Int64(row))
            builders[1].children[1].append(Double(row) / 3)
            builders[1].appendValid()
            for item in 0..<row % 4 { builders[2].children[0].append("\(item)") }
            builders[2].appendValid()
        }
        return RecordBatch(schema: Self.schema, columns: builders.map { $0.finish() }, rowCount: rows.count)
    }

    private func rows(_ batch: RecordBatch) -> [JSONValue] {
        (0..<batch.rowCount).map { row in .array(batch.columns.map { $0.json(row) }) }
    }

    @Test func batchesComeBackInTheOrderOfTheirComing() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "batches-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try BatchFile(folder: folder, schema: Self.schema)
        #expect(try file.popFirst() == nil)
        var next = 0
        var taken = 0
        for size in [0, 1, 5, 300, 0, 40] {
            try file.append(batch(next..<next + size), note: [Int64(next)])
            next += size
            if size == 5 {
                #expect(try file.popFirst()?.note == [0])
                let one = try #require(try file.popFirst())
                #expect(rows(one.batch) == rows(batch(0..<1)))
                taken = 1
            }
        }
        #expect(file.count == 4)
        for size in [5, 300, 0, 40] {
            let (read, note) = try #require(try file.popFirst())
            #expect(note == [Int64(taken)])
            #expect(rows(read) == rows(batch(taken..<taken + size)))
            taken += size
        }
        #expect(file.isEmpty)
        try file.append(batch(7..<9), note: [])
        #expect(try file.popFirst().map { rows($0.batch) } == rows(batch(7..<9)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        do {
            _ = try BatchFile(folder: "/proc/none", schema: Self.schema)
            Issue.record("made")
        } catch {
            #expect(error.message == "cannot create the folder '/proc/none': No such file or directory")
        }
    }
}
