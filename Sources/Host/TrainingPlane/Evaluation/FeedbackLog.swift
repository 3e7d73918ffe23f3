import DataPlane

/// Pairs of answers that users or a judge have compared, each of a model's with the reference answer.
///
/// One line or row a judgement: `input_id`, `model` (its role in the evaluation) and `outcome` (`win`, `tie` or `loss`, seen
/// from the model). A pair that stands there twice was judged in both orders, and is won or lost only where both say so.
public struct FeedbackLog: Sendable {
    private var outcomes: [ModelRole: [String: [WinRate.Outcome]]] = [:]

    /// - Parameter path: a file of JSON Lines, CSV or Parquet, by its ending.
    /// - Throws: ``Failure`` of code `evaluation` for a row that makes no sense, with its place.
    public init(path: String) throws(Failure) {
        let ending = path.split(separator: ".").last.map(String.init) ?? ""
        let reader = try SourceReader(
            SourceDescription(
                files: [.init(name: path, path: path)], format: .init(rawValue: ending) ?? .jsonl,
                columns: ["input_id", "model", "outcome"].map { .init(Field($0, .utf8)) },
                taskID: .constant("feedback"),
                rowID: nil))
        while let rows = try reader.next(maxRows: 1024) {
            if let row = rows.quarantined.first { throw Failure("evaluation", "\(path), \(row.detail)") }
            guard let places = rows.batch.column("row_id"), let inputs = rows.batch.column("input_id"),
                let models = rows.batch.column("model"), let words = rows.batch.column("outcome")
            else { continue }
            for row in 0..<rows.batch.rowCount {
                guard let role = ModelRole(rawValue: models.string(row)) else {
                    throw Self.failure(
                        places.string(row), "model", models.string(row), ModelRole.allCases.map(\.rawValue))
                }
                guard let outcome = WinRate.Outcome(rawValue: words.string(row)) else {
                    let known = WinRate.Outcome.allCases.map(\.rawValue)
                    throw Self.failure(places.string(row), "outcome", words.string(row), known)
                }
                let id = inputs.string(row)
                outcomes[role, default: [:]][id, default: []].append(outcome)
                guard outcomes[role]?[id]?.count ?? 0 <= 2 else {
                    throw Failure(
                        "evaluation",
                        "\(places.string(row)): the input_id \(quoted(id)) is judged more than twice for the "
                            + "\(role.rawValue); a pair is judged once, or once in each order")
                }
            }
        }
    }

    private static func failure(_ place: String, _ column: String, _ text: String, _ known: [String]) -> Failure {
        Failure(
            "evaluation",
            "\(place): '\(column)' is \(quoted(text)); \(ConfigReader.suggestion(for: text, among: known))")
    }

    /// The scores of a model's pairs; nil when it was not judged.
    public func winRate(_ role: ModelRole) throws(Failure) -> MetricScores? {
        guard let pairs = outcomes[role] else { return nil }
        return try MetricScores(
            pairs.map { id, judged in (id, WinRate.Outcome.ofBothOrders(judged[0], judged[judged.count - 1]).score) })
    }
}
