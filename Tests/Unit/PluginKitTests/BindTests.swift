import PluginABI
import Testing

@testable import PluginKit

private struct Reader: Step {
    static let id = "reader"
    static let summary = ""
    let text: Input<String>
    let tags: Input<[Int64]?>
    let maybe: OptionalInput<Double>
    let bound: Output<Bool?>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "")
        tags = declare.reads("tags", doc: "")
        maybe = declare.readsOptional("maybe", doc: "")
        bound = declare.adds("bound", doc: "")
    }

    func run(_ row: inout Row) {
        row[bound] = maybe.isBound
    }
}

/// Reads the columns that its option names.
private struct Joiner: Step {
    static let id = "joiner"
    static let summary = ""
    let inputs: [Input<String?>]
    let joined: Output<String>

    init(_ declare: inout Declaration) {
        let names: [String] = declare.option("names", default: [], doc: "")
        declare.readsMore(String?.self, doc: "Joined.")
        inputs = names.map { declare.reads($0, doc: "") }
        joined = declare.adds("joined", doc: "")
    }

    func run(_ row: inout Row) {
        var text = ""
        for input in inputs { text += row[input] ?? "-" }
        row[joined] = text
    }
}

private let readerPlugin = Plugin(id: "reading", version: "1.0.0", summary: "Reads.", steps: [Reader.self])

@Suite("Binding")
struct BindTests {
    private typealias Field = ColumnType.Field
    private static let list = ColumnType.list(ColumnType.Element(type: .int64, isNullable: false))
    private static let gappy = ColumnType.list(ColumnType.Element(type: .int64, isNullable: true))

    private func bind(_ offered: [ColumnType.Field]) throws -> (fastdistill_status, String?, StepError) {
        let call = try CallThroughC(readerPlugin.entry)
        #expect(call.create("reader") == FASTDISTILL_OK)
        var (status, reads, adds) = call.bind(offered)
        let type = reads.release == nil ? nil : Field(&reads)?.type.description
        reads.release?(&reads)
        adds.release?(&adds)
        return (status, type, call.failure)
    }

    @Test("takes what the step reads, in its order, and leaves the rest")
    func superset() throws {
        let (status, reads, _) = try bind([
            Field(name: "maybe", type: .float64, isNullable: true), Field(name: "other", type: .bool, isNullable: true),
            Field(name: "tags", type: Self.list, isNullable: false), textColumn,
        ])
        #expect(status == FASTDISTILL_OK)
        #expect(reads == "struct<text: utf8, tags: list<int64>, maybe: float64?>")
    }

    @Test("takes further columns under the names of the options, each of them and no other")
    func furtherColumns() throws {
        let spec = try PluginSpec(id: "p", version: "1.0.0", summary: "", steps: [Joiner.self]).json()
        #expect(spec.contains(#""reads":[],"reads_more":{"doc":"Joined.","nullable":true,"type":"utf8"}"#), "\(spec)")
        let harness = try StepHarness<Joiner>(options: ["names": ["b", "a"]])
        #expect(
            try harness.run([["a": "1", "b": "2"], ["a": "3", "b": nil]]) == [
                .added(["joined": "21"]), .added(["joined": "-3"]),
            ])
        let plugin = Plugin(id: "joining", version: "1.0.0", summary: "", steps: [Joiner.self])
        let column = { (name: String) in Field(name: name, type: .utf8, isNullable: true) }
        for (offered, place, message) in [
            (
                ["a", "b", "c"], "c",
                "Nothing in the options has a use for the column `c`; leave it out of `in`, or name it there."
            ),
            (["a"], "b", "Column `b` (utf8) is missing; bind one to it with `in`."),
        ] {
            let call = try CallThroughC(plugin.entry)
            #expect(call.create("joiner", #"{"names": ["a", "b"]}"#) == FASTDISTILL_OK)
            var (status, reads, adds) = call.bind(offered.map(column))
            #expect(status == FASTDISTILL_INVALID_INPUT && reads.release == nil && adds.release == nil)
            reads.release?(&reads)
            adds.release?(&adds)
            #expect(call.failure == StepError(.internal, where: place, message))
        }
    }

    @Test("does without optional columns")
    func unbound() throws {
        let (status, reads, _) = try bind([textColumn, Field(name: "tags", type: Self.list, isNullable: true)])
        #expect(status == FASTDISTILL_OK)
        #expect(reads == "struct<text: utf8, tags: list<int64>?>")
    }

    @Test("refuses a column that is missing, of another type, or null where a value is needed")
    func misfits() throws {
        let tags = Field(name: "tags", type: Self.list, isNullable: true)
        var (status, _, failure) = try bind([tags])
        #expect(status == FASTDISTILL_INVALID_INPUT)
        #expect(
            failure == StepError(.internal, where: "text", "Column `text` (utf8) is missing; bind one to it with `in`.")
        )

        (status, _, failure) = try bind([Field(name: "text", type: .binary, isNullable: false), tags])
        #expect(status == FASTDISTILL_INVALID_INPUT)
        #expect(failure == StepError(.internal, where: "text", "Column `text` must be utf8, but is binary."))

        (status, _, failure) = try bind([Field(name: "text", type: .utf8, isNullable: true), tags])
        #expect(status == FASTDISTILL_INVALID_INPUT)
        #expect(
            failure
                == StepError(
                    .internal, where: "text", "Column `text` can be null, but the step needs a value in every row."))

        (status, _, failure) = try bind([textColumn, Field(name: "tags", type: Self.gappy, isNullable: true)])
        #expect(status == FASTDISTILL_INVALID_INPUT)
        #expect(
            failure == StepError(.internal, where: "tags", "Column `tags` must be list<int64>, but is list<int64?>."))
    }

    @Test("refuses a schema that is not one of a batch")
    func notABatch() throws {
        let call = try CallThroughC(readerPlugin.entry)
        #expect(call.create("reader") == FASTDISTILL_OK)
        var schema = exportSchema(of: [textColumn])
        var reads = ArrowSchema()
        var adds = ArrowSchema()
        var error = fastdistill_error_v1()
        let column = try #require(schema.children[0])
        #expect(call.map.pointee.bind(call.instance, column, &reads, &adds, &error) == FASTDISTILL_INVALID_INPUT)
        #expect(reads.release == nil && adds.release == nil)
        schema.release(&schema)
        #expect(schema.release == nil)
    }
}
