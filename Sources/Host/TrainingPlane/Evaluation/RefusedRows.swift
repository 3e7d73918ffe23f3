import DataPlane

/// The rows that a model was asked and its provider has refused: they count as wrong, and are none of the model's doing.
public struct RefusedRows: Sendable {
    /// The share of rows that were refused.
    public static let rate = "refused_rate"

    /// Of rows that the gateway gives up (Docs/specs/provider-gateway.md).
    private static let codes: Set<String> = [
        "request_rejected", "context_too_long", "content_filtered", "provider_error",
    ]

    public private(set) var count = 0
    /// What the provider said of the first.
    public private(set) var firstDetail: String?

    /// - Parameters:
    ///   - runDirectory: a run of the evaluation graph.
    ///   - nodes: those that ask the model.
    /// - Throws: ``Failure`` when the rejected rows cannot be read.
    public init(runDirectory: String, nodes: [String]) throws(Failure) {
        try SealedStages(runDirectory: runDirectory).forEachBatch(of: "rejected") { batch throws(Failure) in
            guard let asking = batch.column("node"), let codes = batch.column("code"),
                let details = batch.column("detail")
            else { return }
            for row in 0..<batch.rowCount where nodes.contains(asking.optionalString(row) ?? "") {
                guard let code = codes.optionalString(row), Self.codes.contains(code) else { continue }
                count += 1
                firstDetail = firstDetail ?? "\(code): \(details.optionalString(row) ?? "")"
            }
        }
    }

    /// - Parameter rows: all that were asked.
    public func measurement(of rows: Int) -> EvaluatedModel.Measurement {
        .figure(Double(count) / Double(max(rows, 1)), rows: rows)
    }
}
