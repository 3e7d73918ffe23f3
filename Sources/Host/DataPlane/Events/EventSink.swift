/// Takes the events of a run: one JSON object each, in `events.jsonl`.
///
/// Everything that may differ between two runs of one contract (times, attempts, cache hits) goes here and not into the
/// artifacts. The kinds and their members are listed in Docs/specs/run-directory.md.
public protocol EventSink: Sendable {
    /// Notes an event. `time` and `session` are added by the sink.
    func record(_ kind: String, _ members: [(String, JSONValue)])
}
