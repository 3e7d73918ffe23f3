import DataPlane
import Testing

@testable import ControlPlane

/// The rules that the host checks on every batch that comes back.
@Suite struct PluginChecksTests {
    private let identity = StepIdentity(plugin: "shout", version: SemanticVersion(1, 0, 0), step: "upper", node: "loud")
    private let prefix = "plugin 'shout' 1.0.0, step 'upper' (node 'loud'), broke the rule "
    private let blame = ". This is a fault of the plugin: report it to its author"

    private func column(_ type: DataType, _ values: [JSONValue]) -> Column {
        let builder = ColumnBuilder(type)
        for value in values {
            switch value {
            case .null: builder.appendNull()
            case .int(let number) where type == .float64: builder.append(Double(number))
            case .int(let number): builder.append(number)
            case .double(let number): builder.append(number)
            case .string(let text): builder.append(text)
            case .array(let elements):
                for element in elements { builder.children[0].append(element.int ?? 0) }
                builder.appendValid()
            default: builder.appendNull()
            }
        }
        return builder.finish()
    }

    private func checker(_ step: StepSpec, announced: [Field]? = nil) throws -> BatchChecker {
        let adds = announced ?? step.adds.map(\.field)
        return BatchChecker(
            try BoundStep(reads: [], adds: adds, offered: [], step: step, by: identity), step: step, identity: identity)
    }

    private func step(
        _ adds: [ColumnSpec] = [], cardinality: StepSpec.Cardinality = .one, rejects: [String] = []
    ) -> StepSpec {
        var step = StepSpec(id: "upper", summary: "")
        step.adds = adds
        step.cardinality = cardinality
        step.rejects = rejects.map { RejectSpec(code: $0, doc: "") }
        return step
    }

    private func check(
        _ step: StepSpec, parents: [Int64], rejected: [Int64] = [], columns: [Column] = [], announced: [Field]? = nil,
        rowCount: Int
    ) throws -> StepOutput {
        let checker = try checker(step, announced: announced)
        let out = RecordBatch(
            schema: checker.outputSchema, columns: [column(.int64, parents.map { .int($0) })] + columns,
            rowCount: parents.count)
        let rejects = RecordBatch(
            schema: checker.rejectSchema,
            columns: [
                column(.int64, rejected.map { .int($0) }), .constant("bad", length: rejected.count),
                .nulls(.utf8, length: rejected.count),
            ], rowCount: rejected.count)
        return try checker.check(out: out, rejects: rejects, rowCount: rowCount)
    }

    private func message(_ body: () throws -> Void) throws -> String {
        do {
            try body()
        } catch let failure as Failure {
            return failure.message
        }
        Issue.record("no failure")
        return ""
    }

    @Test func aStepOfCardinalityManyMayAnswerSeveralTimes() throws {
        let many = step(cardinality: .many, rejects: ["bad"])
        let output = try check(many, parents: [0, 0, 2], rejected: [1], rowCount: 3)
        #expect(output.parents == [0, 0, 2] && output.rejects.map(\.parent) == [1])
        #expect(
            try message { _ = try check(many, parents: [0, 2], rowCount: 3) }
                == prefix + "'parent' at row 1: the input row is neither in 'out' nor in 'rejects'" + blame)
    }

    @Test func parentsThatDoNotAscendAreRefused() throws {
        #expect(
            try message { _ = try check(step(), parents: [1, 0], rowCount: 2) }
                == prefix + "'parent' at column 'parent', row 1: in 'out', the parents do not ascend: 0 comes after 1"
                + blame)
        #expect(
            try message { _ = try check(step(rejects: ["bad"]), parents: [], rejected: [0, 0], rowCount: 1) }
                == prefix + "'parent' at column 'parent', row 1: in 'rejects', the input row 0 comes twice" + blame)
    }

    @Test func aCodeOfAStepWithoutCodesIsRefused() throws {
        #expect(
            try message { _ = try check(step(), parents: [], rejected: [0], rowCount: 1) }
                == prefix + "'code' at column 'code', row 0: 'bad' is not a code of the spec, which has none" + blame)
    }

    @Test func columnsComeInTheOrderOfTheSpecAndLeftOutOnesAreNull() throws {
        let adds = [
            ColumnSpec(Field("a", .int64)), ColumnSpec(Field("b", .utf8, nullable: true)),
            ColumnSpec(Field("c", .utf8)),
        ]
        let output = try check(
            step(adds), parents: [0], columns: [column(.utf8, ["x"]), column(.int64, [1])],
            announced: [Field("c", .utf8), Field("a", .int64)], rowCount: 1)
        #expect(output.added.schema.fields == adds.map(\.field))
        #expect(output.added.columns.map { $0.json(0) } == [1, nil, "x"])
    }

    @Test func aColumnThatIsNeverNullCannotBeLeftOut() throws {
        #expect(
            try message { _ = try checker(step([ColumnSpec(Field("a", .int64))]), announced: []) }
                == prefix + "'schema' at column 'a': 'bind' left it out, the spec says that it never is null" + blame)
    }

    /// Where a row may have several answers, one wrong answer costs the row all of them.
    @Test func aQuarantinedRowLosesAllItsAnswers() throws {
        var adds = [ColumnSpec(Field("a", .int64))]
        adds[0].constraints.maximum = 9
        let step = step(adds, cardinality: .many, rejects: ["bad"])
        let bound = try BoundStep(reads: [], adds: adds.map(\.field), offered: [], step: step, by: identity)
        let checker = BatchChecker(bound, step: step, identity: identity, onViolation: .quarantine)
        let out = RecordBatch(
            schema: checker.outputSchema,
            columns: [column(.int64, [0, 0, 1, 3, 3]), column(.int64, [1, 10, 2, 11, 12])], rowCount: 5)
        let rejects = RecordBatch(
            schema: checker.rejectSchema,
            columns: [column(.int64, [2]), .constant("bad", length: 1), .nulls(.utf8, length: 1)], rowCount: 1)
        let output = try checker.check(
            BatchChecker.Part(name: "out", batch: out), BatchChecker.Part(name: "rejects", batch: rejects), rowCount: 4)
        #expect(output.parents == [1] && output.added.columns[0].json(0) == 2)
        let detail = "the step broke the rule 'constraint' at column 'a': the value is above the maximum 9"
        #expect(
            output.rejects == [
                StepReject(parent: 0, code: "contract_violation", detail: detail),
                StepReject(parent: 2, code: "bad", detail: nil),
                StepReject(parent: 3, code: "contract_violation", detail: detail),
            ])
    }

    private static func constrained(_ type: DataType, _ change: (inout ColumnConstraints) -> Void) -> ColumnSpec {
        var spec = ColumnSpec(Field("a", type, nullable: true))
        change(&spec.constraints)
        return spec
    }

    static let violations: [(ColumnSpec, [JSONValue], String)] = [
        (constrained(.int64) { $0.minimum = 1 }, [1, nil, 0], "row 2: the value is below the minimum 1"),
        (constrained(.float64) { $0.maximum = 1.5 }, [1.5, nil, 1.75], "row 2: the value is above the maximum 1.5"),
        (constrained(.float64) { $0.minimum = 0 }, [0, nil, .double(.nan)], "row 2: the value is not a number"),
        (constrained(.utf8) { $0.minLength = 2 }, ["ü", nil, "u"], "row 2: it has 1 bytes, the spec says at least 2"),
        (constrained(.utf8) { $0.maxLength = 1 }, ["", nil, "ü"], "row 2: it has 2 bytes, the spec says at most 1"),
        (
            constrained(.list(Field("item", .int64))) { $0.maxLength = 1 }, [[1], nil, [1, 2]],
            "row 2: it has 2 elements, the spec says at most 1"
        ),
        (
            constrained(.utf8) { $0.options = ["ok", "wrong"] }, ["ok", nil, "okay"],
            "row 2: the text is not among the options of the spec"
        ),
        (
            constrained(.utf8) { $0.pattern = "^[a-z]+$" }, ["abc", nil, "ab\0c"],
            "row 2: the text does not match the pattern '^[a-z]+$'"
        ),
    ]

    @Test(arguments: violations)
    func aConstraintIsCheckedWhereTheRowIsNotNull(_ spec: ColumnSpec, _ values: [JSONValue], _ text: String) throws {
        let parents: [Int64] = [0, 1, 2]
        let all = column(spec.field.type, values)
        #expect(
            try message { _ = try check(step([spec]), parents: parents, columns: [all], rowCount: 3) }
                == prefix + "'constraint' at column 'a', " + text + blame)
        let good = all.taking([0, 1, 0])
        #expect(try check(step([spec]), parents: parents, columns: [good], rowCount: 3).added.rowCount == 3)
    }
}
