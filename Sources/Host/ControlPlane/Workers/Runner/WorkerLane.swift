import DataPlane
import Glibc

/// A step in a worker process, which is replaced when it dies.
final class WorkerLane: Lane {
    let bound: BoundStep
    private let settings: StepSettings
    private let identity: StepIdentity
    private let checker: BatchChecker
    private let stop: StopSignal
    private var worker: StepWorker?

    /// How often a worker may end before it has taken a batch, which no row can be blamed for.
    private static let idleDeathLimit = 3

    init(_ settings: StepSettings, stop: StopSignal) throws(Failure) {
        self.settings = settings
        self.stop = stop
        identity = settings.identity
        let worker = try StepWorker(settings, stop: stop)
        self.worker = worker
        bound = worker.bound
        checker = BatchChecker(
            worker.bound, step: settings.step, identity: settings.identity, onViolation: settings.onViolation)
    }

    func close() {
        worker?.finish()
        worker = nil
    }

    /// Runs a batch; rows that end the worker are rejected, all others come through once.
    func run(_ call: StepCall) -> Result<StepOutput, Failure> {
        Result { () throws(Failure) in
            var isolation = FaultIsolation(call, isGrouped: settings.step.isGrouped)
            while let piece = isolation.next() {
                switch try attempt(piece, isolation.batch(of: piece), call) {
                case .answer(let output): isolation.answer(piece, output)
                case .violation(let violation):
                    guard settings.onViolation == .quarantine else { throw identity.violation(violation) }
                    isolation.violation(piece, violation)
                case .death(let death, let row):
                    let guilty = isolation.death(piece, death, row: row)
                    try call.crashes?.note(guilty)
                }
            }
            return isolation.result(step: settings.step)
        }
    }

    private enum Attempt {
        case answer(StepOutput)
        case violation(Violation)
        case death(ProcessDeath, row: Int?)
    }

    private func attempt(
        _ piece: FaultIsolation.Piece, _ batch: RecordBatch, _ call: StepCall
    ) throws(Failure) -> Attempt {
        var idleDeaths = 0
        while true {
            if stop.isRaised { throw identity.cancelled }
            let worker: StepWorker
            if let current = self.worker { worker = current } else { worker = try reopen() }
            // Kept only if it lives; a failure of the run ends it as well.
            self.worker = nil
            switch try worker.run(batch, call, attempt: piece.attempt, checker) {
            case .done(let output):
                self.worker = worker
                return .answer(output)
            case .violated(let violation):
                self.worker = worker
                return .violation(violation)
            case .cancelled: throw identity.cancelled
            case .died(let death, let row): return .death(death, row: row)
            case .diedIdle(let death):
                idleDeaths += 1
                if idleDeaths == Self.idleDeathLimit {
                    throw identity.died("ended \(idleDeaths) times before it took a batch: it", death)
                }
            }
        }
    }

    private func reopen() throws(Failure) -> StepWorker {
        let worker = try StepWorker(settings, stop: stop)
        guard worker.bound == bound else {
            throw identity.violation(.schema, "'bind' answers the same question in two ways")
        }
        return worker
    }
}
