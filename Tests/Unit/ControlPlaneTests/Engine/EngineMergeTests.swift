import DataPlane
import Testing

@testable import ControlPlane

@Suite struct EngineMergeTests {
    static let schema = Schema([Field("ordinal", .int64), Field("candidate", .int64), Field("text", .utf8)])

    static func batch(_ rows: [(Int64, Int64, String)], covering covered: [Int64]? = nil) -> EngineBatch {
        let builders = schema.fields.map { ColumnBuilder($0.type) }
        for row in rows {
            builders[0].append(row.0)
            builders[1].append(row.1)
            builders[2].append(row.2)
        }
        let batch = RecordBatch(schema: schema, columns: builders.map { $0.finish() }, rowCount: rows.count)
        let result = EngineBatch(rows: batch, covered: [], sequence: 0)
        return EngineBatch(rows: batch, covered: covered ?? result.livingOrdinals, sequence: 0)
    }

    static func rows(_ batch: EngineBatch) -> [String] {
        (0..<batch.rows.rowCount).map {
            "\(batch.ordinals.int64($0)).\(batch.candidates.int64($0)) \(batch.rows.columns[2].string($0))"
        }
    }

    @Test func aSampleWaitsUntilAllWaysHaveAccountedForIt() throws {
        let merge = SampleMerge(inputs: 2, schema: Self.schema)
        let none = merge.add(Self.batch([(0, 0, "a"), (1, 0, "b")]), input: 0, schema: Self.schema)
        #expect(none?.covered == nil)
        let first = try #require(merge.add(Self.batch([(1, 0, "c")]), input: 1, schema: Self.schema))
        #expect(Self.rows(first) == ["1.0 b", "1.1 c"])
        #expect(merge.waiting == 1)
        let second = try #require(merge.add(Self.batch([], covering: [0]), input: 1, schema: Self.schema))
        #expect(Self.rows(second) == ["0.0 a"])
        #expect(second.covered == [0])
        #expect(merge.waiting == 0)
    }

    @Test func candidatesAreNumberedOnThoseOfTheFirstWayFirst() throws {
        let merge = SampleMerge(inputs: 2, schema: Self.schema)
        _ = merge.add(Self.batch([(5, 0, "y0"), (5, 1, "y1")]), input: 1, schema: Self.schema)
        let merged = try #require(
            merge.add(Self.batch([(5, 0, "x0"), (5, 2, "x2")]), input: 0, schema: Self.schema))
        #expect(Self.rows(merged) == ["5.0 x0", "5.2 x2", "5.3 y0", "5.4 y1"])
    }

    @Test func aSampleThatEndedOnAllWaysStillCountsAsCovered() throws {
        let merge = SampleMerge(inputs: 2, schema: Self.schema)
        _ = merge.add(Self.batch([], covering: [7]), input: 0, schema: Self.schema)
        let merged = try #require(merge.add(Self.batch([], covering: [7]), input: 1, schema: Self.schema))
        #expect(merged.rows.rowCount == 0)
        #expect(merged.covered == [7])
    }
}
