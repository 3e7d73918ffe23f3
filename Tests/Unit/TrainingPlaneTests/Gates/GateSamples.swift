import DataPlane
import Testing

@testable import TrainingPlane

/// Evaluations and gates, made by hand.
enum GateSamples {
    /// One row a character: `1` right, `0` wrong, `=` a tie, `?` undecidable.
    static func scores(_ text: String, firstID: Int = 0) throws -> MetricScores {
        try MetricScores(
            text.enumerated().map { index, character in
                let score: Double? =
                    switch character {
                    case "1": 1
                    case "0": 0
                    case "=": 0.5
                    default: nil
                    }
                return (String(1_000_000 + firstID + index), score)
            })
    }

    /// `right` rows that are right, then others that are wrong.
    static func share(_ right: Int, of rows: Int) throws -> MetricScores {
        try scores(String(repeating: "1", count: right) + String(repeating: "0", count: rows - right))
    }

    static func model(
        _ role: ModelRole, _ accuracy: MetricScores? = nil, winRate: MetricScores? = nil,
        further: [String: EvaluatedModel.Measurement] = [:]
    ) -> EvaluatedModel {
        var measurements = further
        if let accuracy { measurements["test_exec_accuracy"] = .scores(accuracy) }
        if let winRate { measurements["online_win_rate"] = .scores(winRate) }
        let names: [ModelRole: String] = [
            .student: "sprig", .baseline: "seed", .teacher: "oak", .previous: "sprig-1",
        ]
        return EvaluatedModel(role: role, name: names[role] ?? "", measurements: measurements)
    }

    static func gates(_ list: String, _ rest: String = "") throws -> QualityGates {
        let text = "fastdistill: 1\n\(rest)\ngates:\n\(list)"
        return try QualityGates.read(try YAMLDocument.parse(Array(text.utf8), path: "gates.yaml"))
    }

    static func decide(
        _ list: String, _ models: [EvaluatedModel], rest: String = "", isFirstVersion: Bool = false,
        contamination: Contamination? = nil, bypasses: [GateBypass] = []
    ) throws -> GateDecision {
        try GateDecision(
            GateInputs(
                runID: "demo-1", gates: try gates(list, rest), models: models, isFirstVersion: isFirstVersion,
                contamination: contamination, seed: 1, bypasses: bypasses))
    }
}
