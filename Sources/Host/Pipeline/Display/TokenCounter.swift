import ControlPlane
import DataPlane
import Synchronization

/// Passes events on, counts the tokens that models have written, and keeps notices and warnings, for display.
final class TokenCounter: EventSink {
    private let log: EventLog
    private let counts = Mutex<[String: Int64]>([:])
    private let collected = Mutex<[String]>([])
    private let untold = Mutex<[String]>([])

    init(_ log: EventLog) { self.log = log }

    func record(_ kind: String, _ members: [(String, JSONValue)]) {
        log.record(kind, members)
        let event = JSONValue.object(members)
        switch kind {
        case "model_mismatch": warn(Self.mismatch(event))
        case "usage_overrun": warn(Self.overrun(event))
        case "provider_silent": untold.withLock { $0.append(Self.silence(event)) }
        case "provider_back":
            untold.withLock { $0.append("provider \(quoted(event["provider"]?.string ?? "")) answers again") }
        default: break
        }
        guard kind == "request" else { return }
        if event["failure"]?.string == "exhausted" { warn(Self.exhaustion) }
        if event["replayed"]?.bool == true { return }
        guard let node = event["node"]?.string, let tokens = event["completion_tokens"]?.int else { return }
        counts.withLock { $0[node] = ($0[node] ?? 0).addingClamped(tokens) }
    }

    private func warn(_ sentence: String) {
        collected.withLock { if !$0.contains(sentence) { $0.append(sentence) } }
    }

    private static func mismatch(_ event: JSONValue) -> String {
        let name = { (key: String) in quoted(event[key]?.string ?? "") }
        return "provider \(name("provider")) was asked for the model \(name("model")) and answers as "
            + "\(name("answered_as")); check what it serves, and name that in the providers file"
    }

    private static func overrun(_ event: JSONValue) -> String {
        "provider \(quoted(event["provider"]?.string ?? "")) counts \(event["tokens"]?.int ?? 0) tokens for a request that can use "
            + "\(event["most_tokens"]?.int ?? 0); a budget holds only as far as requests keep to 'max_tokens'"
    }

    private static let exhaustion =
        "there were too few file descriptors for as many connections as the providers' 'concurrency' allows; raise the limit "
        + "of open files (ulimit -n)"

    private static func silence(_ event: JSONValue) -> String {
        let span = { (key: String) in ProgressDisplay.duration(Double((event[key]?.int ?? 0) / 1_000_000)) }
        return "provider \(quoted(event["provider"]?.string ?? "")) has answered nothing for \(span("silent_us")) "
            + "(\(event["reason"]?.string ?? "")); it is tried again for \(span("given_up_after_us")) at most"
    }

    /// What has to be told now, one sentence each, and has not been.
    func takeNotices() -> [String] {
        untold.withLock { notices in
            defer { notices = [] }
            return notices
        }
    }

    /// What the summary warns of, one sentence each.
    var warnings: [String] { collected.withLock { $0 } }

    /// Completion tokens so far, by node.
    var completionTokens: [String: Int64] { counts.withLock { $0 } }
}
