import DataPlane
import TrainingPlane

/// `fastdistill gate`: decides whether the student of a run may be used.
public struct RunGates {
    private let run: RecordedRun
    private let registry: StudentRegistry
    private let student: String

    /// Of the bootstrap. One for all decisions, so that nobody can look for a kinder one.
    private static let seed: UInt32 = 1

    /// - Parameters:
    ///   - folder: `runs/<run_id>`.
    ///   - models: the folder of the registry.
    ///   - student: its name there; by default that of the graph.
    public init(run folder: String, models: String, student: String?) throws {
        self.init(try RecordedRun(folder), models: models, student: student)
    }

    init(_ run: RecordedRun, models: String, student: String?) {
        self.run = run
        registry = StudentRegistry(folder: models)
        self.student = student ?? run.name
    }

    /// Decides, keeps the decision and prints it.
    ///
    /// - Parameter bypasses: name and reason.
    public func decide(bypassing names: [String], because reasons: [String]) throws -> ExitStatus {
        guard names.count == reasons.count else {
            throw Failure(
                "gates",
                "\(names.count) --bypass-gate and \(reasons.count) --reason are given; each bypass needs a reason of its own"
            )
        }
        return try decide(bypasses: zip(names, reasons).map { GateBypass(name: $0, reason: $1) })
    }

    func decide(bypasses: [GateBypass]) throws -> ExitStatus {
        let decision = try decision(bypasses: bypasses)
        try decision.write(runDirectory: run.folder)
        try RecordedDecision.tellBypasses(runDirectory: run.folder)
        try writeOutput(
            (decision.lines + ["  record    \(GateDecision.path(runDirectory: run.folder))"]).map { $0 + "\n" }.joined()
        )
        return ExitStatus(decision.outcome)
    }

    /// Releases the student, if the gates have let it pass.
    ///
    /// - Parameters:
    ///   - version: by default the number of the release.
    ///   - model: the trained model; by default what was trained in the run.
    /// - Throws: ``Failure`` of code `registry`.
    public func promote(version: String?, model: String?) throws -> ExitStatus {
        guard let recorded = try RecordedDecision(runDirectory: run.folder) else {
            throw Failure(
                "registry",
                "the gates of the run '\(run.runID)' have not been decided; decide them with 'fastdistill gate \(run.folder)'"
            )
        }
        let decision = try decision(bypasses: recorded.bypasses)
        guard decision.json.canonical == recorded.json.canonical else {
            throw Failure(
                "registry",
                "the evaluation or the versions released have changed since the gates of the run '\(run.runID)' were "
                    + "decided; decide them again with 'fastdistill gate \(run.folder)'")
        }
        let training = run.directory.file("train/training.json")
        let hasTraining = PathKind(training) == .file
        let versions = try registry.versions(student)
        if version == nil, let same = versions.first(where: { $0.runID == run.runID }) {
            throw Failure(
                "registry",
                "the student of the run '\(run.runID)' is released already, as '\(student) \(same.version)'; name another "
                    + "version with --as-version to release it again")
        }
        let modelPath = try model ?? trainedModel(training)
        if let evaluated = try EvaluationRecord.load(.student, folder: run.evaluationFolder)?.modelHash {
            guard try hashModel(modelPath) == evaluated else {
                throw Failure(
                    "registry",
                    "\(quoted(modelPath)) is not the model that was evaluated in the run '\(run.runID)': it is another, or has "
                        + "changed since; release the one that was, or evaluate this one")
            }
        }
        let number = (versions.last?.sequence ?? 0) + 1
        let released = try registry.promote(
            Promotion(
                name: student, version: version ?? String(number), modelPath: modelPath,
                decision: decision, evaluationFolder: run.evaluationFolder,
                trainingRecord: hasTraining ? training : nil))
        var lines = ["released \(released.name) \(released.version): \(released.folder)"]
        lines += recorded.bypassWarnings.map { "  warning: \($0)" }
        try writeOutput(lines.map { $0 + "\n" }.joined())
        return .done
    }

    private func trainedModel(_ training: String) throws(Failure) -> String {
        guard let record = TrainingRecord(folder: parentFolder(of: training)), record.isFinished,
            let model = record.model
        else {
            throw Failure(
                "registry",
                "no student was trained in the run '\(run.runID)'; name the model's file or folder with --model")
        }
        return model
    }

    private func decision(bypasses: [GateBypass]) throws -> GateDecision {
        let gates = try run.gates()
        var models = try EvaluationRecord.loadAll(folder: run.evaluationFolder)
        guard !models.isEmpty else {
            throw Failure("evaluation", "nothing was evaluated in the run '\(run.runID)'; evaluate its student first")
        }
        if case .model(let name) = gates.baseline, let baseline = models.first(where: { $0.role == .baseline }),
            baseline.name != name
        {
            throw Failure(
                "gates",
                "the gates compare with the baseline \(quoted(name)), and \(quoted(baseline.name)) was evaluated as the "
                    + "baseline; evaluate the one that the gates name")
        }
        // The version before this run's own: a decision stays what it was when its student is released.
        let evaluated = try EvaluationRecord.load(.student, folder: run.evaluationFolder)
        if let evaluated, evaluated.isOfTrainedModel,
            let training = TrainingRecord(folder: run.directory.file("train")),
            training.modelHash != evaluated.modelHash
        {
            throw Failure(
                "evaluation",
                "the student of the run '\(run.runID)' has been trained anew, or has changed, since it was evaluated; evaluate it with "
                    + "'fastdistill evaluate \(run.folder)'")
        }
        let previous = try registry.previous(student, besides: run.runID, reference: evaluated?.referenceHash)
        if let previous, !models.contains(where: { $0.role == .previous }) { models.append(previous) }
        return try GateDecision(
            GateInputs(
                runID: run.runID, gates: gates, models: models,
                isFirstVersion: previous == nil && !models.contains { $0.role == .previous },
                contamination: try run.contamination(), seed: Self.seed, bypasses: bypasses))
    }
}
