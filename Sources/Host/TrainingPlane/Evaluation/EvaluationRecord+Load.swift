import DataPlane

extension EvaluationRecord {
    /// Reads the record of a model; nil when there is none.
    ///
    /// - Parameter remedy: what to do about one that is damaged.
    /// - Throws: ``Failure`` of code `evaluation` when it is damaged, or its scores are not those it was written with.
    public static func load(
        _ role: ModelRole, folder: String, remedy: String = "evaluate it again"
    ) throws(Failure) -> EvaluationRecord? {
        let path = "\(folder)/\(role.rawValue).json"
        guard PathKind(path) != nil else { return nil }
        let bytes = try readFile(path)
        let parsed = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONSyntaxError) in try JSONParser().parse(bytes) }
        }
        guard case .success(let json) = parsed, json["format"]?.string == format,
            json["role"]?.string == role.rawValue, let name = json["name"]?.string,
            let file = json["scores"]?["path"]?.string, let hash = json["scores"]?["sha256"]?.string
        else {
            throw Failure(
                "evaluation", "'\(path)' is no record of an evaluation of the \(role.words); \(remedy)",
                at: Location(file: path))
        }
        let scores = "\(folder)/\(file)"
        guard PathKind(scores) == .file, try hashFile(scores) == hash else {
            throw Failure(
                "evaluation",
                "'\(scores)' is missing or not what '\(path)' was written with; \(remedy)",
                at: Location(file: scores))
        }
        var measurements = try read(scores)
        for (metric, figure) in json["figures"]?.object ?? [] {
            measurements[metric] = .figure(
                figure["value"]?.double ?? .nan, rows: figure["rows"]?.int.map { Int(clamping: $0) } ?? 0)
        }
        return EvaluationRecord(
            model: EvaluatedModel(role: role, name: name, measurements: measurements), details: json["details"] ?? [:])
    }

    private static func read(_ path: String) throws(Failure) -> [String: EvaluatedModel.Measurement] {
        var rows: [String: [(String, Double?)]] = [:]
        let reader = try ParquetReader(path: path, batchRows: 1024)
        let metric = try ColumnPath("metric", in: reader.schema, of: path)
        let input = try ColumnPath("input_id", in: reader.schema, of: path)
        let score = try ColumnPath("score", in: reader.schema, of: path)
        while let batch = try reader.next() {
            let (metrics, inputs, scores) = (metric.resolve(batch), input.resolve(batch), score.resolve(batch))
            for row in 0..<batch.rowCount {
                let value = scores.isNull(row) ? nil : scores.column.float64(row)
                rows[metrics.column.string(row), default: []].append((inputs.column.string(row), value))
            }
        }
        var measurements: [String: EvaluatedModel.Measurement] = [:]
        for (name, rows) in rows { measurements[name] = .scores(try MetricScores(rows)) }
        return measurements
    }

    /// The records of all models that there are, for a decision.
    ///
    /// - Throws: ``Failure`` as ``load(_:folder:)`` does.
    public static func loadAll(folder: String) throws(Failure) -> [EvaluationRecord] {
        var records: [EvaluationRecord] = []
        for role in ModelRole.allCases {
            if let record = try load(role, folder: folder) { records.append(record) }
        }
        return records
    }
}
