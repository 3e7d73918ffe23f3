import DataPlane

/// How fast a run was: the content of `reports/timing.json`, computed from `events.jsonl` alone.
///
/// - `teacher_tokens_per_sec`: completion tokens of fresh (not cached) teacher replies over the wall time in which at
///   least one teacher request was in flight.
/// - `pipeline_kept_samples_per_hour`: kept samples over the run's active wall time, summed over its sessions.
///
/// A rate whose denominator is zero is null: a run from recorded replies has no teacher to measure.
public struct TimingReport {
    /// The requests of one role.
    private struct Role {
        var requests: Int64 = 0
        var cachedReplies: Int64 = 0
        var promptTokens: Int64 = 0
        var completionTokens: Int64 = 0
        /// Wall time with a request in flight, by session.
        var busy: [Int64: Intervals] = [:]

        mutating func cached(_ event: JSONValue) {
            cachedReplies = cachedReplies.addingClamped(event["candidates"]?.int ?? 1)
        }

        mutating func requested(_ event: JSONValue) {
            requests += 1
            promptTokens = promptTokens.addingClamped(event["prompt_tokens"]?.int ?? 0)
            completionTokens = completionTokens.addingClamped(event["completion_tokens"]?.int ?? 0)
        }

        var busySeconds: Double { busy.values.reduce(0) { $0 + Double($1.total) / 1e6 } }
    }

    /// A sentence for each gate that was bypassed.
    private let bypasses: [String]
    private var sessionMicroseconds: [Int64: Int64] = [:]
    private var sessionEnds: [Int64: String] = [:]
    private var kept: Int64 = 0
    private var roles: [String: Role] = [:]
    /// Of each node, the last session that finished it: the session that did the work is told by its counts.
    private var nodes: [(session: Int64, JSONValue)] = []

    /// Reads the events of a run.
    ///
    /// - Throws: ``Failure`` when the file cannot be read. Half a line at the end, left by a killed session, is skipped.
    public init(events path: String, bypasses: [String] = []) throws(Failure) {
        self.bypasses = bypasses
        let parser = JSONParser()
        var events: [JSONValue] = []
        try forEachLine(of: path) { line in
            guard let event = line.withUnsafeBytes({ try? parser.parse($0) }) else { return }
            events.append(event)
            if events.count == 256 {
                for event in events { take(event) }
                events.removeAll(keepingCapacity: true)
            }
        }
        for event in events { take(event) }
    }

    private mutating func take(_ event: JSONValue) {
        guard let kind = event["event"]?.string, let session = event["session"]?.int else { return }
        let time = event["time_us"]?.int ?? 0
        sessionMicroseconds[session] = max(sessionMicroseconds[session] ?? 0, time)
        let role = event["role"]?.string
        switch kind {
        case "session_ended": sessionEnds[session] = event["reason"]?.string
        case "shard_sealed": kept = kept.addingClamped(event["kept"]?.int ?? 0)
        case "reply_cached": if let role { roles[role, default: Role()].cached(event) }
        case "request":
            guard let role, let start = event["start_us"]?.int, let end = event["end_us"]?.int else { return }
            // Recorded replies out of a file were not written by a model now.
            if event["replayed"]?.bool == true {
                roles[role, default: Role()].cached(event)
                return
            }
            roles[role, default: Role()].requested(event)
            roles[role]?.busy[session, default: Intervals()].add(start...max(start, end))
        case "node_finished":
            if case .object(let members) = event {
                let shown = members.filter { $0.0 != "event" && $0.0 != "time_us" }
                nodes.append((session, .object(shown)))
            }
        default: break
        }
    }

    /// Seconds in which the run was active, over all its sessions.
    public var activeSeconds: Double { sessionMicroseconds.values.reduce(0) { $0 + Double($1) / 1e6 } }

    /// Completion tokens a second of busy time; nil when a role asked nothing.
    public func tokensPerSecond(role: String) -> Double? {
        guard let role = roles[role], role.busySeconds > 0 else { return nil }
        return Double(role.completionTokens) / role.busySeconds
    }

    public var keptSamplesPerHour: Double? {
        activeSeconds > 0 && kept > 0 ? Double(kept) / activeSeconds * 3600 : nil
    }

    public var json: JSONValue {
        [
            "format": "fastdistill.timing/1", BypassNotice.member: .array(bypasses.map { .string($0) }),
            "teacher_tokens_per_sec": Self.rate(tokensPerSecond(role: "teacher")),
            "pipeline_kept_samples_per_hour": Self.rate(keptSamplesPerHour),
            "active_seconds": Self.rate(activeSeconds),
            "sessions": .array(
                sessionMicroseconds.sorted { $0.key < $1.key }.map { session, time in
                    [
                        "session": .int(session), "seconds": Self.rate(Double(time) / 1e6),
                        "ended": .string(sessionEnds[session] ?? "killed"),
                    ]
                }),
            "roles": .sorted(
                Dictionary(
                    uniqueKeysWithValues: roles.map { name, role in
                        (
                            name,
                            [
                                "requests": .int(role.requests), "replies_from_store": .int(role.cachedReplies),
                                "prompt_tokens": .int(role.promptTokens),
                                "completion_tokens": .int(role.completionTokens),
                                "busy_seconds": Self.rate(role.busySeconds),
                                "completion_tokens_per_sec": Self.rate(tokensPerSecond(role: name)),
                            ] as JSONValue
                        )
                    })),
            "nodes": .array(nodes.map(\.1)),
        ]
    }

    /// Rounded to a thousandth, so that the file is readable.
    private static func rate(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .double((value * 1000).rounded() / 1000)
    }
}

/// A union of time intervals, in microseconds.
struct Intervals {
    /// Disjoint, ascending.
    private var parts: [ClosedRange<Int64>] = []

    var total: Int64 { parts.reduce(0) { $0 + $1.upperBound - $1.lowerBound } }

    /// - Complexity: O(1) for intervals that come roughly in order, O(parts) at worst.
    mutating func add(_ interval: ClosedRange<Int64>) {
        var merged = interval
        var position = parts.count
        while position > 0, parts[position - 1].upperBound >= merged.lowerBound {
            position -= 1
            if parts[position].lowerBound <= merged.upperBound {
                merged =
                    min(
                        merged.lowerBound, parts[position].lowerBound)...max(
                        merged.upperBound, parts[position].upperBound)
                parts.remove(at: position)
            }
        }
        parts.insert(merged, at: position)
    }
}
