import DataPlane
import Testing

@testable import ControlPlane

@Suite struct EngineRowTestTests {
    /// Three rows: `n` is 1, 2, null; `s.word` is "ok", "no", null because the struct is.
    private static let rows: RecordBatch = {
        let numbers = ColumnBuilder(.int64)
        numbers.append(Int64(1))
        numbers.append(Int64(2))
        numbers.appendNull()
        let type = DataType.structure([Field("word", .utf8)])
        let words = ColumnBuilder(type)
        for word in ["ok", "no"] {
            words.children[0].append(word)
            words.appendValid()
        }
        words.appendNull()
        return RecordBatch(
            schema: Schema([Field("n", .int64, nullable: true), Field("s", type, nullable: true)]),
            columns: [numbers.finish(), words.finish()], rowCount: 3)
    }()

    @Test(arguments: [
        (ColumnTest.Operator.equals(.int64(2)), [false, true, false]),
        (.not(.int64(2)), [true, false, true]),
        (.isIn([.int64(1), .int64(7)]), [true, false, false]),
        (.above(1), [false, true, false]),
        (.below(2), [true, false, false]),
        (.present, [true, true, false]),
        (.absent, [false, false, true]),
    ])
    func testsOfANumber(test: ColumnTest.Operator, expected: [Bool]) {
        let test = RowTest([ColumnTest(path: ColumnPath(["n"]), test: test)], in: Self.rows)
        #expect((0..<3).map(test.holds) == expected)
    }

    @Test(arguments: [
        (ColumnTest.Operator.equals(.utf8("ok")), [true, false, false]),
        (.not(.utf8("ok")), [false, true, true]),
        (.present, [true, true, false]),
        (.absent, [false, false, true]),
    ])
    func testsOfAFieldInANullStruct(test: ColumnTest.Operator, expected: [Bool]) {
        let test = RowTest([ColumnTest(path: ColumnPath(["s", "word"]), test: test)], in: Self.rows)
        #expect((0..<3).map(test.holds) == expected)
    }

    @Test func allTestsHaveToHold() {
        let test = RowTest(
            [
                ColumnTest(path: ColumnPath(["n"]), test: .present),
                ColumnTest(path: ColumnPath(["s", "word"]), test: .equals(.utf8("no"))),
            ], in: Self.rows)
        #expect((0..<3).map(test.holds) == [false, true, false])
    }

    @Test func noTestHoldsAlways() {
        #expect(RowTest([], in: Self.rows).holds(0))
    }

    @Test func largeIntegersAreComparedExactly() {
        let builder = ColumnBuilder(.int64)
        builder.append(Int64(9_007_199_254_740_993))
        let rows = RecordBatch(schema: Schema([Field("n", .int64)]), columns: [builder.finish()], rowCount: 1)
        let path = ColumnPath(["n"])
        #expect(RowTest([ColumnTest(path: path, test: .above(9_007_199_254_740_992))], in: rows).holds(0))
        #expect(!RowTest([ColumnTest(path: path, test: .below(9_007_199_254_740_993.0))], in: rows).holds(0))
        #expect(RowTest([ColumnTest(path: path, test: .above(0.5))], in: rows).holds(0))
    }
}
