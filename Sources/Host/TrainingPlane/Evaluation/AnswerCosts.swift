import DataPlane

/// How long a model took and how much it wrote, by the events of a run.
public struct AnswerCosts: Sendable {
    private let milliseconds: [Double]
    private let promptTokens: [Double]
    private let completionTokens: [Double]

    /// - Parameters:
    ///   - path: `events.jsonl` of a run.
    ///   - role: whose requests count.
    /// - Throws: ``Failure`` when the file cannot be read.
    public init(events path: String, role: String) throws(Failure) {
        let parser = JSONParser()
        var (milliseconds, promptTokens, completionTokens) = ([Double](), [Double](), [Double]())
        try forEachLine(of: path) { line in
            guard let event = line.withUnsafeBytes({ try? parser.parse($0) }), event["event"]?.string == "request",
                event["role"]?.string == role, event["status"]?.int == 200
            else { return }
            // A recorded answer was written by a model then, not now.
            if event["replayed"]?.bool != true, let start = event["start_us"]?.int, let end = event["end_us"]?.int {
                milliseconds.append(Double(end - start) / 1000)
            }
            if let tokens = event["prompt_tokens"]?.int { promptTokens.append(Double(tokens)) }
            if let tokens = event["completion_tokens"]?.int { completionTokens.append(Double(tokens)) }
        }
        self.milliseconds = milliseconds.sorted()
        (self.promptTokens, self.completionTokens) = (promptTokens, completionTokens)
    }

    private static let latencies = [("latency_p50_ms", 0.5), ("latency_p90_ms", 0.9)]
    private static let (promptName, completionName) = ("prompt_tokens_mean", "completion_tokens_mean")

    /// What it may measure.
    public static let names = latencies.map(\.0) + [promptName, completionName]

    /// Of the answered requests; what nobody told is not there.
    public var measurements: [String: EvaluatedModel.Measurement] {
        var found: [String: EvaluatedModel.Measurement] = [:]
        if !milliseconds.isEmpty {
            for (name, share) in Self.latencies {
                // The smallest that at least this share of the requests does not exceed.
                let rank = Int((share * Double(milliseconds.count)).rounded(.up))
                found[name] = .figure(milliseconds[max(rank, 1) - 1], rows: milliseconds.count)
            }
        }
        for (name, tokens) in [(Self.promptName, promptTokens), (Self.completionName, completionTokens)]
        where !tokens.isEmpty {
            found[name] = .figure(tokens.reduce(0, +) / Double(tokens.count), rows: tokens.count)
        }
        return found
    }
}
