import DataPlane
import Glibc

/// What a trainer under way says, in its log and in its checkpoints.
struct TrainingMetrics {
    private let plan: TrainerPlan
    private var log: LogReader
    private var watch: LossWatch
    private var logged: [TrainingPoint] = []
    private var checkpointStep = 0
    /// What is wrong, once something is.
    private(set) var trouble: String?

    init(_ plan: TrainerPlan, log: String, lossWatch: LossWatch) {
        self.plan = plan
        var status = stat()
        // What an earlier session left in the log has been looked at.
        self.log = LogReader(log, from: stat(log, &status) == 0 ? Int(status.st_size) : 0)
        watch = lossWatch
    }

    /// Looks at what is new.
    ///
    /// - Returns: whether anything is.
    mutating func poll() throws(Failure) -> Bool {
        let before = log.position
        for line in try log.next() { take(line) }
        var hasChanged = log.position != before
        if let folder = plan.checkpoints, let state = try TrainerState.last(in: folder), state.step != checkpointStep {
            hasChanged = true
            checkpointStep = state.step
            if trouble == nil, let point = state.points.first(where: { !$0.loss.isFinite }) {
                trouble = watch.add(point)
            }
        }
        return hasChanged
    }

    /// Looks at all that is left, once the trainer has ended.
    mutating func finish() throws(Failure) {
        // What has got away from the trainer may go on writing: that is not waited for.
        let end = try log.byteCount()
        while log.position < end, try poll() {}
        if let line = log.last() { take(line) }
    }

    private mutating func take(_ line: String) {
        guard let point = plan.logPattern?.point(line, after: logged.last?.step ?? 0) else { return }
        logged.append(point)
        trouble = trouble ?? watch.add(point)
    }

    /// The loss curve: of the last checkpoint, which has all steps with their numbers; else what the log says.
    func points() throws(Failure) -> [TrainingPoint] {
        let state = try plan.checkpoints.flatMap { folder throws(Failure) in try TrainerState.last(in: folder) }
        return state.map(\.points).flatMap { $0.isEmpty ? nil : $0 } ?? logged
    }
}
