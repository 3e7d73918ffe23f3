import DataPlane

/// Runs a trainer to its end, and keeps what it did (Docs/specs/training.md).
///
/// ```swift
/// let plan = try TrainerPlan.trl(python: "python3", model: "student", data: "export/parquet/chat", output: "out", seed: 1)
/// let training = try Training.run(plan, data: ["export/export.json"], folder: "runs/demo-1/train")
/// training.outcome   // .finished
/// ```
public struct Training: Sendable {
    public let plan: TrainerPlan
    public internal(set) var outcome = TrainingOutcome.finished
    /// The loss curve, by step.
    public internal(set) var points: [TrainingPoint] = []
    /// The checkpoint it went on from.
    public internal(set) var resumedFrom: String?
    /// From the start of the trainer to its end, of this session.
    public internal(set) var wallSeconds: Double = 0
    /// Tokens that were trained on in this session; nil when the trainer does not say.
    public internal(set) var tokens: Int?

    /// Tokens over wall time, of which ``TrainerPlan/countedTokens`` says which they are.
    public var tokensPerSecond: Double? {
        tokens.flatMap { wallSeconds > 0 ? Double($0) / wallSeconds : nil }
    }

    private static let pollMilliseconds: Int64 = 200

    /// Trains, going on from the last checkpoint if there is one.
    ///
    /// - Parameters:
    ///   - data: files whose hashes are kept.
    ///   - folder: gets `train.log` and `training.json`.
    ///   - stop: what an interruption sets.
    ///   - keeper: lets the trainer end with the host, however that ends.
    /// - Throws: ``Failure`` when the trainer cannot be started or a file cannot be read. A trainer that fails is an outcome.
    public static func run(
        _ plan: TrainerPlan, data: [String], folder: String, limits: TrainingLimits = TrainingLimits(),
        stop: TrainingStop = TrainingStop(), keeper: ChildKeeper? = nil
    ) throws(Failure) -> Training {
        try createFolder(folder)
        let environment = try TrainerEnvironment(adding: plan.environment)
        let program = try environment.program(plan.command[0])
        var hashes: [(path: String, sha256: String)] = []
        for path in data { hashes.append((path, try hashFile(path))) }

        var training = Training(plan: plan)
        let earlier = try plan.checkpoints.flatMap { folder throws(Failure) in try TrainerState.last(in: folder) }
        if let earlier, earlier.folder != plan.checkpoints, !plan.resumeArguments.isEmpty {
            training.resumedFrom = earlier.folder
        }
        try plan.removeOutputs(in: folder)
        try training.watch(folder, program, environment, limits, stop, keeper)
        training.tokens = training.sessionTokens(after: training.resumedFrom == nil ? nil : earlier?.points.last)
        try replaceFile(
            "\(folder)/training.json", with: try training.record(environment.record, hashes, folder).pretty)
        return training
    }

    init(plan: TrainerPlan) { self.plan = plan }

    /// The tokens of this session, which began after a point of an earlier one.
    func sessionTokens(after earlier: TrainingPoint?) -> Int? {
        guard let last = points.last, let count = last.tokens else { return nil }
        guard let earlier else { return count }
        if last.step <= earlier.step { return 0 }
        return plan.countsTokensAnew ? count : count - (earlier.tokens ?? 0)
    }

    private mutating func watch(
        _ folder: String, _ program: String, _ environment: TrainerEnvironment, _ limits: TrainingLimits,
        _ stop: TrainingStop, _ keeper: ChildKeeper?
    ) throws(Failure) {
        let log = "\(folder)/train.log"
        var metrics = TrainingMetrics(plan, log: log, lossWatch: limits.loss)
        let start = monotonicNanoseconds()
        let process = try TrainerProcess(
            program: program, command: plan.command(resumingFrom: resumedFrom), environment: environment.variables,
            log: log, keeper: keeper)
        var lastChange = start
        var isOver = false
        while !isOver {
            isOver = process.wait(milliseconds: Self.pollMilliseconds)
            if try metrics.poll() { lastChange = monotonicNanoseconds() }
            if isOver { try metrics.finish() }
            let silentSeconds = Int((monotonicNanoseconds() - lastChange) / 1_000_000_000)
            if let trouble = metrics.trouble {
                outcome = .diverged(trouble)
            } else if !isOver, stop.isRequested {
                outcome = .interrupted
            } else if !isOver, silentSeconds >= limits.stallSeconds {
                outcome = .stalled("neither log nor checkpoints have changed for \(silentSeconds) s")
            } else {
                continue
            }
            process.stop()
            isOver = true
        }
        wallSeconds = Double(monotonicNanoseconds() - start) / 1e9
        points = try metrics.points()
        guard outcome == .finished else { return }
        if !process.hasSucceeded {
            outcome = .failed("\(plan.name) ended with \(process.end); its last words are in '\(log)'")
        } else if let missing = plan.outputs.first(where: { PathKind($0.path) == nil }) {
            outcome = .failed("\(plan.name) ended well but has not written its \(missing.name), '\(missing.path)'")
        }
    }
}
