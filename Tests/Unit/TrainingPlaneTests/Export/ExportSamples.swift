import DataPlane
import Testing

@testable import TrainingPlane

/// A run folder with kept samples.
struct ExportSamples {
    let folder: TemporaryFolder
    var run: String { folder.file("run") }
    var export: String { folder.file("export") }

    private static let fields = [
        "task_id: utf8", "row_id: utf8", "ordinal: int64", "candidate: int64", "input_id: utf8", "sample_id: utf8",
        "canonical: struct<text: utf8?>", "prompt: struct<messages: list<struct<role: utf8, content: utf8>>>?",
        "teacher: struct<text: utf8?>",
    ]

    /// `rows` inputs in shards of 100, each with an answer; `answer` may leave some without.
    init(
        rows: Int, candidates: Int = 1, stage: String = "distilled",
        question: (Int) -> String = { "Größe von «\($0)»?\n\"\\" }, answer: (Int) -> String? = { "a\($0)" }
    ) throws {
        folder = try TemporaryFolder()
        try addStage(stage, to: folder.file("run"), rows, candidates, question, answer)
    }

    private func addStage(
        _ stage: String, to run: String, _ rows: Int, _ candidates: Int, _ question: (Int) -> String,
        _ answer: (Int) -> String?
    ) throws {
        let schema = Schema(try Self.fields.map { try Field(parsing: $0) })
        let store = try ArtifactStore(runDirectory: run, stages: [(stage, schema)])
        for shard in 0..<max(1, (rows + 99) / 100) {
            let builders = schema.fields.map { ColumnBuilder($0.type) }
            var count = 0
            for ordinal in shard * 100..<min(rows, shard * 100 + 100) {
                for candidate in 0..<candidates {
                    count += 1
                    let text = question(ordinal)
                    let values: [JSONValue] = [
                        "t", .string("tasks.jsonl:\(ordinal + 1)"), .int(Int64(ordinal)), .int(Int64(candidate)),
                        .string(sha256Hex(of: text)), .string(sha256Hex(of: "sample \(text)")),
                        ["text": .string(text)],
                        [
                            "messages": [
                                ["role": "system", "content": "Be brief."], ["role": "user", "content": .string(text)],
                            ]
                        ],
                        ["text": answer(ordinal).map { .string("\($0)-\(candidate)") } ?? .null],
                    ]
                    for (builder, value) in zip(builders, values) { JSONValue.append(value, to: builder) }
                }
            }
            if count > 0 {
                let columns = builders.map { $0.finish() }
                try store.append(
                    stage: stage, shard: shard, batch: RecordBatch(schema: schema, columns: columns, rowCount: count))
            }
            try store.seal(shard: shard)
        }
    }

    static let settings = ExportSettings(
        prompt: "prompt.messages", answer: "teacher.text", validationShare: 0.2, testShare: 0.1, name: "demo",
        license: "apache-2.0")

    @discardableResult
    func write(_ settings: ExportSettings = settings, testKeys: TestKeys? = nil) throws -> DatasetExport {
        try DatasetExport.write(runDirectory: run, to: export, settings, testKeys: testKeys)
    }

    /// The message of the failure, which there has to be.
    func failure(_ settings: ExportSettings = settings, testKeys: TestKeys? = nil) -> String {
        do { try write(settings, testKeys: testKeys) } catch { return FailureRenderer.render(error) }
        return ""
    }
}
