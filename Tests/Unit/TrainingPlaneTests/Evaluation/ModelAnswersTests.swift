import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Verdicts on the answers of a model")
struct ModelAnswersTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A run that has kept an answer for each verdict, with the inputs a, b, c, …
    private func run(_ verdicts: [JSONValue]) throws -> String {
        let names = ["input_id: utf8", "ordinal: int64", "candidate: int64", "compare: struct<verdict: utf8?>?"]
        let schema = Schema(try names.map { try Field(parsing: $0) })
        let path = folder.file("run")
        let store = try ArtifactStore(runDirectory: path, stages: [("distilled", schema)])
        let builders = schema.fields.map { ColumnBuilder($0.type) }
        for (index, verdict) in verdicts.enumerated() {
            let id = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))
            let row: [JSONValue] = [.string(id), .int(Int64(index)), .int(0), verdict]
            for (builder, value) in zip(builders, row) { JSONValue.append(value, to: builder) }
        }
        try store.append(
            stage: "distilled", shard: 0,
            batch: RecordBatch(schema: schema, columns: builders.map { $0.finish() }, rowCount: verdicts.count))
        try store.seal(shard: 0)
        return path
    }

    @Test("Only the word undecidable leaves a row out: without a verdict, and without an answer, it is wrong")
    func nulls() throws {
        let path = try run(
            [["verdict": "ok"], ["verdict": "wrong"], ["verdict": "undecidable"], ["verdict": .null], .null])
        let answers = try ModelAnswers(runDirectory: path, verdict: "compare.verdict", executable: nil)
        let rows = TestRows(inputIDs: ["a", "b", "c", "d", "e", "f"])
        guard case .scores(let scores) = try answers.measurements(on: rows)["test_exec_accuracy"] else {
            Issue.record("no scores")
            return
        }
        #expect(scores.rows.map(\.score) == [1, 0, nil, 0, 0, 0])
        #expect(scores.tally.mean == 0.2)
    }

    @Test("Another word is refused, with the file that has it")
    func words() throws {
        let path = try run([["verdict": "fine"]])
        do throws(Failure) {
            _ = try ModelAnswers(runDirectory: path, verdict: "compare.verdict", executable: nil)
            Issue.record("it was read")
        } catch {
            let file = try SealedFile.list(runDirectory: path, stage: "distilled")[0].path
            #expect(
                error.message
                    == "'compare.verdict' of '\(path)/\(file)' is 'fine'; a verdict is ok, wrong or undecidable")
        }
    }
}
