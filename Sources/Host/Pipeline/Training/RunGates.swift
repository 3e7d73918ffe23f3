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

    /// Decides once more, after a run has gone on. A bypass was given for what was measured then: it holds as long as that is
    /// what it was.
    func decideAgain() throws -> ExitStatus {
        guard let recorded = try RecordedDecision(runDirectory: run.folder) else { return try decide(bypasses: []) }
        let bypasses = recorded.bypasses
        if !bypasses.isEmpty, try decision(bypasses: bypasses).0.json.canonical != recorded.json.canonical {
            writeError(
                "warning: the gates are decided without the bypass of \(bypasses.map(\.name).joined(separator: ", ")): something "
                    + "else was measured when it was given; give it again if it still holds\n")
            return try decide(bypasses: [])
        }
        return try decide(bypasses: bypasses)
    }

    func decide(bypasses: [GateBypass]) throws -> ExitStatus {
        let (decision, _) = try decision(bypasses: bypasses)
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
        guard recorded.hasPassed else {
            throw Failure("registry", "'\(student)' is not released: \(recorded.summary)")
        }
        let modelPath = try model ?? trainedModel()
        // Held until it is released, so that the versions it was compared with are still the last ones then.
        let lock = try registry.lock(student)
        let (decision, evaluated) = try decision(bypasses: recorded.bypasses)
        guard decision.json.canonical == recorded.json.canonical else {
            throw Failure(
                "registry",
                "the evaluation or the versions released have changed since the gates of the run '\(run.runID)' were "
                    + "decided; decide them again with 'fastdistill gate \(run.folder)'")
        }
        let versions = try registry.versions(student)
        let origin = StudentVersion.Origin(runID: run.runID, modelHash: evaluated?.modelHash)
        if version == nil, let same = versions.first(where: { $0.isOf(origin) }) {
            throw Failure(
                "registry",
                "the student of the run '\(run.runID)' is released already, as '\(student) \(same.version)'; name another "
                    + "version with --as-version to release it again")
        }
        let number = (versions.last?.sequence ?? 0) + 1
        let training = "\(run.trainFolder)/training.json"
        let released = try registry.promote(
            Promotion(
                name: student, version: version ?? String(number), modelPath: modelPath,
                modelHash: evaluated?.modelHash, decision: decision, evaluationFolder: run.evaluationFolder,
                trainingRecord: PathKind(training) == .file ? training : nil), under: lock)
        var lines = ["released \(released.name) \(released.version): \(released.folder)"]
        lines += recorded.bypassWarnings.map { "  warning: \($0)" }
        try writeOutput(lines.map { $0 + "\n" }.joined())
        return .done
    }

    private func trainedModel() throws(Failure) -> String {
        guard let record = try TrainingRecord(folder: run.trainFolder), record.isFinished, let model = record.model
        else {
            throw Failure(
                "registry",
                "no student was trained in the run '\(run.runID)'; name the model's file or folder with --model")
        }
        return model
    }

    /// - Returns: what the gates decide, and the record of the student that they decide on.
    private func decision(bypasses: [GateBypass]) throws -> (GateDecision, EvaluationRecord?) {
        let gates = try run.gates()
        let records = try EvaluationRecord.loadAll(folder: run.evaluationFolder)
        var models = records.map(\.model)
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
        let evaluated = records.first { $0.model.role == .student }
        if let other = records.first(where: { $0.contractHash ?? run.contractHash != run.contractHash }) {
            throw Failure(
                "evaluation",
                "the record of the \(other.model.role.words) in '\(run.evaluationFolder)' is of another run; evaluate again with "
                    + "'fastdistill evaluate \(run.folder)'")
        }
        if let evaluated, evaluated.isOfTrainedModel,
            let training = try TrainingRecord(folder: run.trainFolder),
            training.modelHash != evaluated.modelHash
        {
            throw Failure(
                "evaluation",
                "the student of the run '\(run.runID)' has been trained anew, or has changed, since it was evaluated; evaluate it with "
                    + "'fastdistill evaluate \(run.folder)'")
        }
        // The version before this run's own: a decision stays what it was when its student is released.
        let origin = StudentVersion.Origin(runID: run.runID, modelHash: evaluated?.modelHash)
        let version = try registry.previousVersion(student, besides: origin)
        if let asked = records.first(where: { $0.model.role == .previous }), asked.isOfReleasedModel,
            asked.modelHash != version?.modelHash
        {
            throw Failure(
                "evaluation",
                "\(quoted(asked.model.name)) was evaluated as the previous version, and the last one released is "
                    + "\(version.map { "'\($0.name) \($0.version)'" } ?? "none") by now; evaluate again with 'fastdistill evaluate "
                    + "\(run.folder)'")
        }
        let previous = try registry.previous(student, besides: origin, reference: evaluated?.referenceHash)
        if let previous, !models.contains(where: { $0.role == .previous }) { models.append(previous) }
        let decision = try GateDecision(
            GateInputs(
                runID: run.runID, gates: gates, models: models,
                isFirstVersion: previous == nil && !models.contains { $0.role == .previous },
                contamination: try run.contamination(), seed: Self.seed, bypasses: bypasses))
        return (decision, evaluated)
    }
}
