import ControlPlane
import DataPlane
import Synchronization

/// Passes events on and counts the tokens that models have written, for display.
final class TokenCounter: EventSink {
    private let log: EventLog
    private let counts = Mutex<[String: Int64]>([:])

    init(_ log: EventLog) { self.log = log }

    func record(_ kind: String, _ members: [(String, JSONValue)]) {
        log.record(kind, members)
        guard kind == "request" else { return }
        let event = JSONValue.object(members)
        if event["replayed"]?.bool == true { return }
        guard let node = event["node"]?.string, let tokens = event["completion_tokens"]?.int else { return }
        counts.withLock { $0[node] = ($0[node] ?? 0).addingClamped(tokens) }
    }

    /// Completion tokens so far, by node.
    var completionTokens: [String: Int64] { counts.withLock { $0 } }
}
