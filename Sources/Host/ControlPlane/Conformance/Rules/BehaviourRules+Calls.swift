import DataPlane
import Glibc
import Synchronization

extension BehaviourRules {
    /// Rules about how a step and its host go on with each other.
    static let calls: [ConformanceRule] = [
        .step(
            .behaviour, "threads", .must, "Each call of an instance may come on another thread.",
            remedy: "Keep the state in the instance, not in thread-local storage.", threads),
        .step(
            .behaviour, "parallel", .must, "Two instances work at the same time.",
            remedy: "Share nothing that is written between instances, or guard it.", parallel),
        .step(
            .behaviour, "cancel", .must, "A step that is asked to stop has stopped a second later.",
            remedy: "Ask `fastdistill.cancel/1` between rows, and return CANCELLED.", cancel),
        .step(
            .behaviour, "bare_host", .must, "A host that offers no interface is worked with.",
            remedy: "Ask whether `get_interface` returned NULL before you use what it returned.", bareHost),
        .step(
            .behaviour, "progress", .must, "The rows that a step reports are rows of the batch.",
            remedy: "Report the row's number in the batch, from 0, before you begin with it.", progress),
        .step(
            .behaviour, "reports_progress", .should, "A step reports each row, so that a crash or hang has a culprit.",
            remedy: "Call `row` of `fastdistill.progress/1` for each row; without it the host finds it by halving.",
            reportsProgress),
        .step(
            .behaviour, "growth", .must, "A thousand batches do not make the process grow.",
            remedy: "Free what a batch needed, in `run` or in the release callbacks of its result.", growth),
        .step(
            .behaviour, "instances", .must, "Instances that come and go do not make the process grow.",
            remedy: "Free in `destroy` what `create` and `bind` made.", instances),
    ]

    private static func threads(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        let moved = MovedSession(trial, rows)
        moved.run(from: .create)
        if let finding = moved.finding { throw finding.asFault }
        guard let output = moved.output else { throw .skip("see data.runs") }
        try expectSame(plain, output, rowCount: rows.rowCount, "on other threads")
    }

    private static func parallel(_ trial: StepTrial) throws(Finding) {
        let pairs = [ParallelRun(trial, salt: 0), ParallelRun(trial, salt: 1)]
        for run in pairs { try run.prepare() }
        let threads = pairs.map { run in ServiceThread(name: "parallel") { run.work() } }
        for thread in threads { thread.join() }
        for run in pairs {
            if let finding = run.finding { throw finding.asFault }
        }
    }

    /// Fifty batches on a thread of their own.
    ///
    /// Unchecked because all is prepared before the thread starts, and read after it is joined; the trial's plugin has been
    /// loaded by then.
    private final class ParallelRun: @unchecked Sendable {
        private let trial: StepTrial
        private let rows: RecordBatch
        private var plain: StepOutput?
        private(set) var finding: Finding?

        init(_ trial: StepTrial, salt: UInt64) {
            self.trial = trial
            rows = trial.plainRows(salt: salt)
        }

        func prepare() throws(Finding) { plain = try trial.session().baseline(rows) }

        func work() {
            guard let plain else { return }
            do throws(Finding) {
                let session = try trial.session()
                for _ in 0..<50 {
                    try expectSame(
                        plain, try session.output(rows), rowCount: rows.rowCount, "beside another instance")
                }
            } catch {
                finding = error
            }
        }
    }

    private static func cancel(_ trial: StepTrial) throws(Finding) {
        let host = ProbeHost()
        let session = try trial.session(host: host)
        let rows = trial.plainRows()
        _ = try session.baseline(rows)
        let count = 16_384
        let many = session.input(rows.taking((0..<count).map { $0 % rows.rowCount }))
        let time = SharedTime()
        let thread = ServiceThread(name: "cancel") {
            usleep(50_000)
            time.stamp()
            host.cancel()
        }
        let answer = session.run(many)
        let end = monotonicNanoseconds()
        thread.join()
        guard let start = time.value, start < end else { return }
        let milliseconds = (end - start) / 1_000_000
        if milliseconds >= 1000 {
            throw .fault("it went on for more than a second with a batch of \(count) rows")
        }
        if !answer.report.isOK, answer.report.statusName != "CANCELLED" {
            throw .fault("it stopped with \(answer.report.description)")
        }
    }

    private static func bareHost(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        let host = ProbeHost(isBare: true)
        let created = try trial.create(host: host)
        guard let probe = created.probe else { throw .fault("'create' returned \(created.report.description)") }
        let session = try StepSession(probe: probe, offered: trial.offered, trial: trial)
        try expectSame(plain, try session.output(rows), rowCount: rows.rowCount, "with a host that offers nothing")
    }

    private static func progress(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        _ = try trial.session().baseline(rows)
        for shape in [InputShape(), InputShape(offset: 3)] {
            let host = ProbeHost()
            _ = try trial.session(host: host).output(rows, shape: shape)
            if host.reportedRows.isEmpty { throw .skip("the step reports no row") }
            if let wrong = host.reportedRows.first(where: { $0 >= UInt64(rows.rowCount) }) {
                throw .fault("it reports row \(wrong) of a batch of \(rows.rowCount) rows")
            }
        }
    }

    private static func reportsProgress(_ trial: StepTrial) throws(Finding) {
        let host = ProbeHost()
        let rows = trial.plainRows()
        _ = try trial.session(host: host).baseline(rows)
        let reported = Set(host.reportedRows)
        if reported.isEmpty { throw .fault("it reports no row") }
        if let missing = (0..<rows.rowCount).first(where: { !reported.contains(UInt64($0)) }) {
            throw .fault("it does not report row \(missing)")
        }
    }

    private static func growth(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows(16)
        let session = try trial.session()
        _ = try session.baseline(rows)
        let input = session.input(rows)
        try GrowthWatch.expectNone(rounds: 5, of: 200, "batches") { _ = session.run(input) }
    }

    private static func instances(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows(4)
        _ = try trial.session().baseline(rows)
        try GrowthWatch.expectNone(rounds: 5, of: 50, "instances") { () throws(Finding) in
            _ = try trial.session().output(rows)
        }
    }
}

/// An instance whose calls are made on one thread each.
///
/// Unchecked because its members are written on threads, each of which starts the next one when it has written and then
/// waits for it: none of them can pass for another one.
private final class MovedSession: @unchecked Sendable {
    enum Call: Int { case create, bind, run, destroy }

    private let trial: StepTrial
    private let rows: RecordBatch
    private var probe: Probe?
    private var session: StepSession?
    private(set) var output: StepOutput?
    private(set) var finding: Finding?

    init(_ trial: StepTrial, _ rows: RecordBatch) {
        self.trial = trial
        self.rows = rows
    }

    func run(from call: Call) {
        ServiceThread(name: "moved") {
            do throws(Finding) {
                try self.make(call)
                if let next = Call(rawValue: call.rawValue + 1) { self.run(from: next) }
            } catch {
                self.finding = error
            }
        }.join()
    }

    private func make(_ call: Call) throws(Finding) {
        switch call {
        case .create: probe = try trial.probe()
        case .bind:
            if let probe { session = try StepSession(probe: probe, offered: trial.offered, trial: trial) }
        case .run: output = try session?.output(rows)
        case .destroy:
            session = nil
            probe = nil
        }
    }
}

extension Finding {
    /// What kept a rule from being tried elsewhere is a fault where the plain case works.
    fileprivate var asFault: Finding { Finding(kind: .fault, seen: seen) }
}

/// A moment, written on one thread and read on another.
private final class SharedTime: Sendable {
    private let nanoseconds = Atomic<UInt64>(0)

    func stamp() { nanoseconds.store(monotonicNanoseconds(), ordering: .releasing) }

    /// Nil until it is stamped.
    var value: UInt64? {
        let value = nanoseconds.load(ordering: .acquiring)
        return value == 0 ? nil : value
    }
}
