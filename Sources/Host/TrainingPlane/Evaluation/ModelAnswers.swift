import DataPlane

/// What became of the answers of one model, by `input_id`.
///
/// Only the word `undecidable` leaves a row out. An answer without a verdict is wrong: often it has none because the step that
/// gives it was not reached, as when what it compares could not be executed.
public struct ModelAnswers: Sendable {
    /// The share of rows whose answer could be executed.
    public static let executableRate = "executable_rate"

    private var verdicts: [String: Verdict] = [:]
    private var executable: Set<String>?

    private enum Verdict: String { case ok, wrong, undecidable }

    /// - Parameters:
    ///   - runDirectory: a run of the evaluation graph.
    ///   - verdict: the column with `ok`, `wrong` or `undecidable`; null is wrong.
    ///   - executable: a column that is `ok` or true where an answer could be executed.
    /// - Throws: ``Failure`` of code `evaluation` for another verdict and for an input that stands there twice.
    public init(runDirectory: String, verdict name: String, executable: String?) throws(Failure) {
        if executable != nil { self.executable = [] }
        for file in try SealedFile.list(runDirectory: runDirectory, stage: "distilled") {
            let path = "\(runDirectory)/\(file.path)"
            let reader = try ParquetReader(path: path, batchRows: 1024)
            let input = try ColumnPath("input_id", in: reader.schema, of: path)
            let verdict = try ColumnPath(name, in: reader.schema, of: path)
            let flag = try executable.map { name throws(Failure) in
                try ColumnPath(name, in: reader.schema, of: path)
            }
            while let batch = try reader.next() {
                let (inputs, words, flags) = (input.resolve(batch), verdict.resolve(batch), flag?.resolve(batch))
                for row in 0..<batch.rowCount {
                    let id = inputs.column.string(row)
                    let word = words.isNull(row) ? Verdict.wrong.rawValue : words.column.string(row)
                    guard let verdict = Verdict(rawValue: word) else {
                        throw Failure(
                            "evaluation",
                            "'\(name)' of '\(path)' is \(quoted(word)); a verdict is ok, wrong or undecidable")
                    }
                    guard verdicts.updateValue(verdict, forKey: id) == nil else {
                        throw Failure(
                            "evaluation",
                            "the input_id \(quoted(id)) stands twice in '\(path)'; evaluate each input once")
                    }
                    if let flags, !flags.isNull(row), Self.isYes(flags.column, row) { self.executable?.insert(id) }
                }
            }
        }
    }

    private static func isYes(_ column: Column, _ row: Int) -> Bool {
        column.type == .utf8 ? column.string(row) == "ok" : column.json(row) == .bool(true)
    }

    /// The metrics of the model on the rows: what did not come through the graph is wrong.
    public func measurements(on rows: TestRows) throws(Failure) -> [String: EvaluatedModel.Measurement] {
        let scores = rows.inputIDs.map { id -> (String, Double?) in
            switch verdicts[id] {
            case .ok: (id, 1)
            case .wrong, nil: (id, 0)
            case .undecidable: (id, nil)
            }
        }
        var measurements: [String: EvaluatedModel.Measurement] = [
            QualityGate.Metric.testExecAccuracy.name: .scores(try MetricScores(scores))
        ]
        if let executable {
            let shares = rows.inputIDs.map { ($0, Double?.some(executable.contains($0) ? 1 : 0)) }
            measurements[Self.executableRate] = .scores(try MetricScores(shares))
        }
        return measurements
    }
}
