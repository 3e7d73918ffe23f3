import ControlPlane
import DataPlane
import TrainingPlane

/// What would only be found out when all is paid for and trained.
extension LoadedEvaluation {
    /// The gates that could never be decided, because the evaluation does not measure what they ask for.
    func failures(of gates: QualityGates) -> [Failure] {
        gates.gates.compactMap { gate in
            let metric = gate.metric.name
            if !metrics.contains(metric) {
                return Failure("gates", missing(metric), at: gate.location)
            }
            let unasked = gate.against.compactMap(unasked)
            guard unasked.count == gate.against.count, let role = unasked.first?.rawValue else { return nil }
            return Failure(
                "gates",
                "the gate '\(gate.name)' compares with the \(role), which 'evaluate' does not ask; add '\(role)' to its "
                    + "'models'", at: gate.location)
        }
    }

    private var metrics: [String] {
        let (executable, winRate) = (ModelAnswers.executableRate, QualityGate.Metric.onlineWinRate.name)
        return [QualityGate.Metric.testExecAccuracy.name] + (section.executable == nil ? [] : [executable])
            + (section.pairs == nil && section.feedback == nil ? [] : [winRate]) + AnswerCosts.names + [
                RefusedRows.rate
            ]
    }

    private func missing(_ metric: String) -> String {
        let remedy =
            switch metric {
            case ModelAnswers.executableRate: "name the column under 'executable'"
            case QualityGate.Metric.onlineWinRate.name: "give it 'pairs' or 'feedback'"
            default: ConfigReader.suggestion(for: metric, among: metrics)
            }
        return "'evaluate' does not measure \(quoted(metric)), which a gate asks for; \(remedy)"
    }

    /// The previous version may always be there: it is read from the registry.
    private func unasked(_ reference: QualityGate.Reference) -> ModelRole? {
        guard case .model(let role) = reference, role != .previous,
            !section.models.contains(where: { $0.role == role.rawValue })
        else { return nil }
        return role
    }

    /// The columns by which test rows are found in the training data: those tagged so in all graphs; where none tags any,
    /// `input_id`.
    func contaminationKeys(sharedWith plan: Plan) -> [String] {
        let common = commonKeys(with: plan)
        return common.isEmpty ? ["input_id"] : common
    }

    private func commonKeys(with plan: Plan) -> [String] {
        asked.reduce(Self.keys(of: plan)) { common, asked in
            common.filter(Self.keys(of: asked.graph.plan.beforeAsking).contains)
        }
    }

    /// Test rows that cannot be found in the training data, because keys are tagged and no column is a key in all graphs.
    func failure(keysOf plan: Plan) -> Failure? {
        let graphs =
            [(plan.name, Self.keys(of: plan))]
            + asked.map(\.graph.plan).map { ($0.name, Self.keys(of: $0.beforeAsking)) }
        guard commonKeys(with: plan).isEmpty, graphs.contains(where: { !$0.1.isEmpty }) else { return nil }
        var lists: [String] = []
        for (name, keys) in graphs {
            let list = "'\(name)' has \(keys.isEmpty ? "none" : keys.map { quoted($0) }.joined(separator: ", "))"
            if !lists.contains(list) { lists.append(list) }
        }
        return section.graph.failure(
            "test rows could not be found in the training data: no column tagged contamination_key is in all graphs, of which "
                + "\(lists.joined(separator: ", ")); call their nodes alike")
    }

    private static func keys(of plan: Plan) -> [String] { plan.columns(tagged: .contaminationKey).map(\.description) }

    /// Reads what the evaluation and its gates will need and nobody makes in the run: test rows, feedback, the version
    /// before.
    ///
    /// - Throws: ``Failure`` or ``Failures`` for a graph without test rows, feedback that makes no sense, a registry that is damaged.
    func checkInputs(_ registry: StudentRegistry, student: String) throws {
        for graph in asked.map(\.graph) where try SourceReader(graph.plan.source).next(maxRows: 1) == nil {
            let files = graph.plan.source.files.map { quoted($0.name) }.joined(separator: ", ")
            throw Failures([
                section.graph.failure(
                    "the evaluation graph '\(graph.plan.name)' has no rows to ask anything; there is nothing in \(files)"
                )
            ])
        }
        if let feedback = section.feedback { _ = try FeedbackLog(path: feedback) }
        _ = try registry.previous(student)
        if section.models.contains(where: { $0.served == .previous }) {
            try registry.previousVersion(student)?.checkModel()
        }
    }
}
