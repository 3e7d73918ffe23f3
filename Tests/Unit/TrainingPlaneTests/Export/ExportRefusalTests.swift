import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Exports that are refused")
struct ExportRefusalTests {
    /// The keys of the test questions 0, 10, 20, … below a bound, in a run of its own.
    private func testKeys(_ questions: [String]) throws -> TestKeys {
        let test = try ExportSamples(rows: questions.count, stage: "canonical", question: { questions[$0] })
        var keys = TestKeys(columns: ["canonical.text"])
        for file in try SealedFile.list(runDirectory: test.run, stage: "canonical") {
            try keys.add(path: "\(test.run)/\(file.path)")
        }
        return keys
    }

    @Test("A test row that several graphs ask counts once")
    func shared() throws {
        let test = try ExportSamples(rows: 20, stage: "canonical", question: { "question \($0)" })
        var keys = TestKeys(columns: ["canonical.text"])
        for _ in 0..<2 {
            for file in try SealedFile.list(runDirectory: test.run, stage: "canonical") {
                try keys.add(path: "\(test.run)/\(file.path)")
            }
            #expect(keys.rowCount == 20)
        }
    }

    @Test("Test inputs that leak into the training data are fatal, and named")
    func leak() throws {
        let samples = try ExportSamples(rows: 300, question: { "question \($0)" })
        let keys = try testKeys(["question 7", "something else", "question 205"])
        #expect(
            samples.failure(testKeys: keys)
                == "error: 2 rows of the training data have the contamination key of a test row: 'tasks.jsonl:8', "
                + "'tasks.jsonl:206'; take them out of the source, or out of the test set")
        #expect(try fileNames(in: samples.export).isEmpty)
        let many = try testKeys((0..<200).map { "question \($0)" })
        let message = samples.failure(testKeys: many)
        #expect(message.hasPrefix("error: 200 rows of the training data have"))
        #expect(message.contains("'tasks.jsonl:10' and 190 more; take them out"))
        let one = try testKeys(["question 3"])
        #expect(samples.failure(testKeys: one).hasPrefix("error: a row of the training data has the contamination key"))
    }

    @Test("Without a leak the record and the card say that it was looked for")
    func clean() throws {
        let samples = try ExportSamples(rows: 50, question: { "question \($0)" })
        let export = try samples.write(testKeys: try testKeys(["elsewhere", "question 50"]))
        #expect(export.testKeys?.contamination == Contamination(testRows: 2, contaminatedRows: 0))
        let record = try JSONParser().parse(
            String(decoding: try readFile("\(samples.export)/export.json"), as: UTF8.self))
        #expect(
            record["contamination"] == ["columns": ["canonical.text"], "test_rows": 2, "contaminated_rows": 0])
        let card = String(decoding: try readFile("\(samples.export)/README.md"), as: UTF8.self)
        #expect(card.contains("No sample shares a contamination key (`canonical.text`) with one of 2 test rows."))
    }

    @Test("How many test rows are known is counted by input, not by training row")
    func counting() throws {
        var keys = try testKeys(["a", "b", "a", "c"])
        let training = try ExportSamples(rows: 4, question: { ["a", "a", "x", "c"][$0] })
        for file in try SealedFile.list(runDirectory: training.run, stage: "distilled") {
            let reader = try ParquetReader(path: "\(training.run)/\(file.path)", batchRows: 3)
            while let batch = try reader.next() { _ = try keys.lookUp(batch, file: file.path) }
        }
        #expect(keys.contamination == Contamination(testRows: 3, contaminatedRows: 2))
    }

    @Test("Columns that are not there or do not fit")
    func columns() throws {
        let samples = try ExportSamples(rows: 3)
        func failure(prompt: String, answer: String) -> String {
            samples.failure(ExportSettings(prompt: prompt, answer: answer, name: "demo"))
        }
        #expect(
            failure(prompt: "promt.messages", answer: "teacher.text")
                == "error: there is no column 'promt.messages' in 'artifacts/distilled/shard-00000.parquet'; did you mean 'prompt.messages'?"
        )
        #expect(
            failure(prompt: "canonical.text", answer: "teacher.text")
                == "error: the prompt column 'canonical.text' is utf8; it has to be messages, list<struct<role: utf8, content: utf8>>"
        )
        #expect(
            failure(prompt: "prompt.messages", answer: "ordinal")
                == "error: the answer column 'ordinal' is int64; it has to be text, utf8")
    }

    @Test("A kept row without an answer")
    func noAnswer() throws {
        let samples = try ExportSamples(rows: 120, answer: { $0 == 110 ? nil : "a" })
        #expect(
            samples.failure()
                == "error: the row 'tasks.jsonl:111' of 'artifacts/distilled/shard-00001.parquet' has no 'teacher.text'; reject such rows in the graph, or export another column"
        )
        #expect(try fileNames(in: samples.export).isEmpty)
    }

    @Test("Nothing to train on")
    func nothing() throws {
        let empty = try ExportSamples(rows: 0)
        #expect(
            empty.failure() == "error: the run '\(empty.run)' has kept no samples, so there is nothing to export")
        let samples = try ExportSamples(rows: 3)
        var settings = ExportSamples.settings
        (settings.validationShare, settings.testShare) = (0.9999, 0)
        #expect(
            samples.failure(settings)
                == "error: none of the 3 samples is left to train on; choose smaller shares for validation and test")
    }

    @Test("A folder that holds something else stays as it is")
    func strangers() throws {
        let samples = try ExportSamples(rows: 3)
        try createFolder(samples.export)
        _ = try samples.folder.write("export/README.md", "mine")
        #expect(
            samples.failure() == "error: '\(samples.export)' is not empty and no export; choose another folder")
        #expect(try readFile("\(samples.export)/README.md") == Array("mine".utf8))
        let other = try ExportSamples(rows: 3)
        var settings = ExportSamples.settings
        (settings.validationShare, settings.testShare) = (0, 0)
        try other.write(settings)
        _ = try other.folder.write("export/notes.txt", "mine")
        #expect(
            other.failure(settings)
                == "error: '\(other.export)' holds 'notes.txt', which is no part of an export; choose another folder")
        #expect(PathKind("\(other.export)/chat/train.jsonl") == .file)
    }
}
