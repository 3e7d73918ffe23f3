/// What an evaluation found out about one model.
public struct EvaluatedModel: Sendable {
    /// One metric.
    public enum Measurement: Sendable {
        /// Row by row.
        case scores(MetricScores)
        /// A figure of all rows together, such as a latency, and of how many rows.
        case figure(Double, rows: Int)
    }

    public var role: ModelRole
    public var name: String
    /// By the name of the metric.
    public var measurements: [String: Measurement]

    public init(role: ModelRole, name: String, measurements: [String: Measurement]) {
        self.role = role
        self.name = name
        self.measurements = measurements
    }
}
