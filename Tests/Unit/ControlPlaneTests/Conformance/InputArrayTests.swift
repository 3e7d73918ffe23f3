import DataPlane
import Testing

@testable import ControlPlane

/// The shapes of a batch, read back by the importer that believes nothing.
@Suite struct InputArrayTests {
    private static let spec: PluginSpec? = try? PluginSpec(
        parsing: """
            {"id": "many", "version": "1.0.0", "summary": "All types.", "toolchain": "c", "steps": [{"id": "types", \
            "summary": "All types.", "reads": [\
            {"name": "flag", "type": "bool", "nullable": true}, {"name": "count", "type": "int64", "nullable": true}, \
            {"name": "share", "type": "float64"}, {"name": "text", "type": "utf8", "nullable": true}, \
            {"name": "bytes", "type": "binary", "nullable": true}, {"name": "words", "type": "list<utf8?>"}, \
            {"name": "pairs", "type": "list<struct<key: utf8, value: list<int64>?>>", "nullable": true}, \
            {"name": "chat", "type": "list<struct<role: utf8, content: utf8>>", "tags": ["messages"]}, \
            {"name": "place", "type": "struct<name: utf8, deep: struct<x: float64, y: float64?>?>", "nullable": true}]}]}
            """)

    private static func samples(seed: UInt64) throws -> SampleRows {
        let spec = try #require(spec)
        return SampleRows(spec.steps[0], of: spec, rows: [], seed: seed)
    }

    static let shapes = [
        InputShape(), InputShape(offset: 3), InputShape(childOffset: 5), InputShape(offset: 9, childOffset: 2),
        InputShape(hasBitmaps: true), InputShape(leavesNullsUncounted: true), InputShape(fillsNulls: true),
        InputShape(offset: 1, childOffset: 11, hasBitmaps: true, leavesNullsUncounted: true, fillsNulls: true),
    ]

    @Test(arguments: shapes.indices, [SampleFlavour.plain, .null, .unicode])
    func everyShapeHoldsTheSameRows(_ index: Int, _ flavour: SampleFlavour) throws {
        let samples = try Self.samples(seed: 7)
        for count in [0, 1, 40] {
            let rows = samples.batch(count, flavour)
            let input = InputArray(rows, decoys: samples.batch(4, salt: 99), shape: Self.shapes[index])
            let read = try RecordBatch(copying: input.pointer, schema: rows.schema)
            #expect(read.rowCount == count)
            for (column, other) in zip(rows.columns, read.columns) {
                for row in 0..<count { #expect(column.isSame(row, other, row), "\(column.type), row \(row)") }
            }
            #expect(input.isUnchanged && input.releaseCount == 0)
        }
    }

    @Test func whatIsDoneToABatchShows() throws {
        let samples = try Self.samples(seed: 7)
        let input = InputArray(samples.batch(8), decoys: samples.batch(4), shape: InputShape())
        input.pointer.pointee.release?(input.pointer)
        #expect(input.releaseCount == 1 && input.isUnchanged)
        input.overwrite()
        #expect(!input.isUnchanged)
        let other = InputArray(samples.batch(8), decoys: samples.batch(4), shape: InputShape())
        other.pointer.pointee.children[0]?.pointee.length = 3
        #expect(!other.isUnchanged)
    }

    @Test func theSameSeedMakesTheSameRows() throws {
        let first = try Self.samples(seed: 7).batch(40)
        let again = try Self.samples(seed: 7).batch(40)
        let other = try Self.samples(seed: 8).batch(40)
        let same = { (a: RecordBatch, b: RecordBatch) in
            zip(a.columns, b.columns).allSatisfy { a, b in (0..<40).allSatisfy { a.isSame($0, b, $0) } }
        }
        #expect(same(first, again) && !same(first, other))
        #expect(!same(first, try Self.samples(seed: 7).batch(40, salt: 1)))
    }

    @Test func chatsAreSensible() throws {
        let column = try #require(try Self.samples(seed: 7).batch(40).column("chat"))
        for row in 0..<40 {
            let roles = (column.json(row).array ?? []).compactMap { $0["role"]?.string }
            #expect(roles.last == "user" && Set(roles).isSubset(of: ["system", "user", "assistant"]))
            #expect(!roles.dropFirst().contains("system"))
        }
    }

    @Test func longTextsAreAMebibyte() throws {
        let column = try #require(try Self.samples(seed: 7).batch(16, .longText).column("words"))
        let longest = (0..<column.children[0].length).map { column.children[0].bytes($0).count }.max()
        #expect((longest ?? 0) > SampleFlavour.longTextBytes - 64)
    }

    @Test func aGroupedStepGetsSamples() throws {
        let spec = try PluginSpec(
            parsing: """
                {"id": "votes", "version": "1.0.0", "summary": "S.", "toolchain": "c", "steps": [{"id": "vote", \
                "summary": "S.", "grouped": true, "reads": [{"name": "ordinal", "type": "int64"}, \
                {"name": "answer", "type": "utf8"}], "examples": [{"input": [\
                {"ordinal": 7, "answer": "a"}, {"ordinal": 7, "answer": "b"}], "output": []}]}]}
                """)
        let samples = SampleRows(spec.steps[0], of: spec, rows: [], seed: 7)
        for flavour in [SampleFlavour.plain, .extremeNumbers] {
            let rows = samples.batch(64, flavour)
            let ordinals = try #require(rows.column("ordinal"))
            let values = (0..<64).map { ordinals.int64($0) }
            #expect(values == values.sorted())
            let borders = try #require(samples.borders(of: rows))
            #expect(borders.first == 0 && borders.last == 64 && borders.count > 16)
            #expect(borders.dropLast().allSatisfy { $0 == 0 || values[$0] != values[$0 - 1] })
        }
        #expect(samples.batch(64).column("ordinal")?.int64(1) == 7)
    }
}
