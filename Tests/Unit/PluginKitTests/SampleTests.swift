import PluginABI
import Testing

@testable import PluginKit

/// Counts how often each answer was given within its sample, and does what some answers say.
private struct Vote: GroupedStep {
    static let id = "vote"
    static let summary = "Counts how often an answer was given."

    let answer: Input<String>
    let weight: OptionalInput<Int64>
    let votes: Output<Int64>
    let place: Output<String?>

    init(_ declare: inout Declaration) {
        answer = declare.reads("answer", doc: "The answer.")
        weight = declare.readsOptional("weight", doc: "How much a vote counts.")
        votes = declare.adds("votes", doc: "How many candidates of the sample gave it.")
        place = declare.adds("place", doc: "Sample and candidate.")
        declare.rejects("no_answer", doc: "There is nothing to count.")
        declare.example(
            input: [["answer": "a"], ["answer": "b", "weight": 2], ["answer": "a"]],
            output: [["votes": 2, "place": "0:0"], ["votes": 2, "place": "0:1"], ["votes": 2, "place": "0:2"]])
    }

    func run(_ sample: inout Sample) throws {
        var count: [String: Int64] = [:]
        for index in 0..<sample.count {
            let answer = String(decoding: sample.utf8(answer, index), as: UTF8.self)
            if answer == "spoil all" { throw Reject("no_answer", "spoilt") }
            if answer == "say nothing" { return }
            count[answer, default: 0] += sample[weight, index] ?? 1
        }
        let ordinal = sample.ordinal
        try sample.forEachRow { row, index in
            row[place] = "draft"
            if row[answer] == "spoil mine" { throw Reject("no_answer") }
            if row[answer] == "fail" { throw StepError(.internal, "no") }
            row[votes] = count[row[answer]] ?? 0
            row[place] = "\(ordinal):\(index)"
        }
        if count["again"] != nil {
            try sample.forEachRow { row, _ in row[votes] = -1 }
        }
        if count["spoil late"] != nil { throw Reject("no_answer", "late") }
    }
}

private struct OwnOrdinal: GroupedStep {
    static let id = "own"
    static let summary = ""
    let ordinal: Input<Int64>
    init(_ declare: inout Declaration) { ordinal = declare.reads("ordinal", doc: "") }
    func run(_ sample: inout Sample) {}
}

private let votePlugin = Plugin(id: "voting", version: "1.0.0", summary: "Votes.", steps: [Vote.self])

@Suite("Samples")
struct SampleTests {
    private func run(_ samples: [[String]]) throws -> [[HarnessResult]] {
        try StepHarness<Vote>().run(samples: samples.map { $0.map { ["answer": .text($0)] } })
    }

    private func added(_ votes: Int64, _ place: String) -> HarnessResult {
        .added(["votes": .integer(votes), "place": .text(place)])
    }

    @Test("are seen as a whole, one after the other")
    func whole() throws {
        #expect(
            try run([["a", "b", "a"], ["a"], ["b", "b"]]) == [
                [added(2, "0:0"), added(1, "0:1"), added(2, "0:2")], [added(1, "1:0")],
                [added(2, "2:0"), added(2, "2:1")],
            ])
        #expect(try run([]) == [])
        try StepHarness<Vote>.runExamples()
    }

    @Test("are rejected as a whole, or row by row")
    func rejected() throws {
        let lost = HarnessResult.rejected(code: "no_answer", detail: nil)
        let spoilt = HarnessResult.rejected(code: "no_answer", detail: "spoilt")
        let late = HarnessResult.rejected(code: "no_answer", detail: "late")
        #expect(
            try run([
                ["a", "spoil all"], ["a", "spoil mine", "a"], ["spoil late", "spoil mine", "a"], ["b"],
            ]) == [
                [spoilt, spoilt], [added(2, "1:0"), lost, added(2, "1:2")], [late, late, late], [added(1, "3:0")],
            ])
    }

    @Test("can be gone through again, which starts over")
    func again() throws {
        let over = HarnessResult.added(["votes": -1, "place": nil])
        #expect(
            try run([["a"], ["again", "spoil mine"], ["a"]]) == [[added(1, "0:0")], [over, over], [added(1, "2:0")]])
    }

    @Test("that go wrong fail the batch with the row")
    func failures() {
        #expect(throws: StepError(.internal, "no", row: 2)) { try run([["a"], ["a", "fail"]]) }
        #expect(
            throws: StepError(
                .internal, where: "votes",
                "The step did not set its output `votes`; set it, or declare it as nullable.", row: 1)
        ) {
            try run([["a"], ["say nothing"]])
        }
    }

    @Test("are told apart by the host's column, which is the first read")
    func ordinals() throws {
        let call = try CallThroughC(votePlugin.entry)
        #expect(call.create("vote") == FASTDISTILL_OK)
        let number = ColumnType.Field(name: "ordinal", type: .int64, isNullable: false)
        let answer = ColumnType.Field(name: "answer", type: .utf8, isNullable: false)
        var (status, reads, adds) = call.bind([answer, number])
        #expect(status == FASTDISTILL_OK)
        #expect(ColumnType.Field(&reads)?.type.description == "struct<ordinal: int64, answer: utf8>")
        reads.release(&reads)
        adds.release(&adds)

        // A slice of a larger batch: its rows 1 to 4, of the samples 7, 7, 3, 7.
        let ordinals = ColumnBuilder(.int64, isNullable: false, capacity: 0)
        for ordinal: Int64 in [7, 7, 7, 3, 7] { ordinals.append(ordinal) }
        let answers = ColumnBuilder(.utf8, isNullable: false, capacity: 0)
        for _ in 0..<5 { answers.append("a") }
        var input = exportArray(
            length: 4, nulls: 0, buffers: [nil], children: [ordinals.finish(), answers.finish()])
        input.offset = 1
        var out: ArrowArray
        var rejects: ArrowArray
        (status, out, rejects) = call.run(input)
        #expect(status == FASTDISTILL_OK)
        let votes = ColumnView(try #require(out.children[1]))
        #expect((0..<4).map { votes.int64($0) } == [2, 2, 1, 1])
        out.release(&out)
        rejects.release(&rejects)
    }

    @Test("stand in the spec, with an ordinal for examples that name none")
    func spec() throws {
        #expect(votePlugin.specJSON.contains(#""grouped":true"#))
        #expect(
            votePlugin.specJSON.contains(
                #""reads":[{"doc":"The host's number of the sample, which tells samples apart.","name":"ordinal","#
                    + #""type":"int64"},{"doc":"The answer.","name":"answer""#))
        #expect(
            votePlugin.specJSON.contains(#""input":[{"answer":"a","ordinal":0},{"answer":"b","ordinal":0,"weight":2},"#)
        )
        let fault = #expect(throws: PluginSpec.Fault.self) {
            try PluginSpec(id: "p", version: "1.0.0", summary: "", steps: [OwnOrdinal.self])
        }
        #expect(
            fault?.message
                == "Step `own` declares the input `ordinal`, which a grouped step has already; `sample.ordinal` gives it."
        )
    }
}
