import DataPlane
import Synchronization

/// Counts the rows that end a node's workers, and ends the run when they are too many: a step that crashes on every row
/// would otherwise eat the rows of a whole run, a worker start or a deadline each.
final class CrashWatch: Sendable {
    /// How many rows have to have ended workers before their share counts.
    static let leastRows = 10

    private struct State {
        var seen = 0
        var ended = 0
        var first: (ordinal: Int64, code: String, detail: String)?
    }

    private let identity: StepIdentity
    private let limit: Double
    private let state = Mutex(State())

    /// - Parameter limit: the largest share of the rows, 0 to 1.
    init(_ identity: StepIdentity, limit: Double) {
        self.identity = identity
        self.limit = limit
    }

    /// Notes that the step is given rows.
    func see(rows: Int) { state.withLock { $0.seen += rows } }

    /// Notes that a row has ended a worker, now or in an earlier session of the run.
    ///
    /// - Throws: ``Failure`` of code `crash_limit`, the first cause first.
    func note(ordinal: Int64, code: String, detail: String?) throws(Failure) {
        let message: String? = state.withLock { state in
            state.ended += 1
            let first = state.first ?? (ordinal, code, detail ?? "")
            state.first = first
            guard state.ended >= Self.leastRows, Double(state.ended) > limit * Double(state.seen) else { return nil }
            return "\(identity.description), at the row with ordinal \(first.ordinal): \(first.detail)\n"
                + "This is the first (\(first.code)) of \(state.ended) rows that ended a worker, out of \(state.seen) that "
                + "the node has seen: more than 'crash_limit: \(JSONValue.double(limit).compact)' allows, so the run stops. "
                + "Repair the plugin, or raise the node's crash_limit"
        }
        if let message { throw Failure("crash_limit", message) }
    }
}

/// What a call to a step knows of its rows, for ``CrashWatch``.
struct CrashReport: Sendable {
    let watch: CrashWatch
    /// Of each row of the batch.
    let ordinals: [Int64]

    func note(_ rejects: [StepReject]) throws(Failure) {
        for reject in rejects {
            try watch.note(ordinal: ordinals[reject.parent], code: reject.code, detail: reject.detail)
        }
    }
}
