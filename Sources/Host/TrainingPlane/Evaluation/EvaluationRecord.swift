import DataPlane
import Glibc

/// What is kept of the evaluation of one model: the file that gates, and the gates of the next version, read.
///
/// ```swift
/// try EvaluationRecord(model: student).write(folder: "runs/demo-1/evaluation")
/// let again = try EvaluationRecord.load(.student, folder: "runs/demo-1/evaluation")
/// ```
///
/// `student.json` names the model and has its figures; `student.parquet` has its scores, row by row.
public struct EvaluationRecord: Sendable {
    public static let format = "fastdistill.evaluation/1"

    public var model: EvaluatedModel
    /// What the evaluation was made with: model revision, decoding, versions; free for whoever evaluates.
    public var details: JSONValue

    public init(model: EvaluatedModel, details: JSONValue = [:]) {
        self.model = model
        self.details = details
    }

    /// The SHA-256 of the answers that the model's were compared with; nil when no judge compared them.
    public var referenceHash: String? { details["pairs"]?["reference_sha256"]?.string }

    /// The SHA-256 of the model that was served for it (``hashModel(_:)``); nil when somebody else's server answered.
    public var modelHash: String? { details["model_sha256"]?.string }
    /// The contract of the run that evaluated it; nil when it does not say.
    public var contractHash: String? { details["contract_hash"]?.string }
    /// Whether that was the version released last.
    public var isOfReleasedModel: Bool { details["served"]?.string == "previous" }
    /// Whether that was what the run had trained.
    public var isOfTrainedModel: Bool { details["served"]?.string == "trained" }

    private static let schema = Schema([
        Field("metric", .utf8), Field("input_id", .utf8), Field("score", .float64, nullable: true),
    ])
    private static let batchRows = 1024

    /// Writes both files, the scores first: without the other one they do not count.
    public func write(folder: String) throws(Failure) {
        try createFolder(folder)
        let name = model.role.rawValue
        let path = "\(folder)/\(name).parquet"
        let writer = try ParquetWriter(path: path + ".tmp", schema: Self.schema, rowGroupRows: Self.batchRows)
        var rows = 0
        for (metric, scores) in scores {
            rows += scores.rows.count
            for start in stride(from: 0, to: scores.rows.count, by: Self.batchRows) {
                let part = scores.rows[start..<min(start + Self.batchRows, scores.rows.count)]
                try writer.append(Self.batch(metric, part))
            }
        }
        try writer.finish()
        guard rename(path + ".tmp", path) == 0 else { throw .system("rename", path + ".tmp", errno: errno) }
        let json: JSONValue = .object([
            ("format", .string(Self.format)), ("role", .string(name)), ("name", .string(model.name)),
            ("details", details), ("figures", .object(figures)),
            (
                "scores",
                ["path": .string("\(name).parquet"), "sha256": .string(try hashFile(path)), "rows": .int(Int64(rows))]
            ),
        ])
        try replaceFile("\(folder)/\(name).json", with: json.pretty)
    }

    private var scores: [(String, MetricScores)] {
        model.measurements.sorted { $0.key < $1.key }.compactMap { name, measurement in
            if case .scores(let scores) = measurement { (name, scores) } else { nil }
        }
    }

    private var figures: [(String, JSONValue)] {
        model.measurements.sorted { $0.key < $1.key }.compactMap { name, measurement in
            guard case .figure(let value, let rows) = measurement else { return nil }
            return (name, ["value": value.isFinite ? .double(value) : .null, "rows": .int(Int64(rows))])
        }
    }

    private static func batch(_ metric: String, _ rows: ArraySlice<MetricScores.Row>) -> RecordBatch {
        let (inputs, values) = (ColumnBuilder(.utf8), ColumnBuilder(.float64))
        for row in rows {
            inputs.append(row.inputID)
            if let score = row.score { values.append(score) } else { values.appendNull() }
        }
        let columns = [.constant(metric, length: rows.count), inputs.finish(), values.finish()]
        return RecordBatch(schema: schema, columns: columns, rowCount: rows.count)
    }
}
