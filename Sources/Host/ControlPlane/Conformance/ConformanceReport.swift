import DataPlane

/// What became of one rule, for one step where it is tried on each.
public struct ConformanceResult: Sendable, Equatable {
    public enum Outcome: String, Sendable, CaseIterable {
        case pass, fail, crashed, skipped, warning

        /// Whether the plugin does not conform.
        public var isBad: Bool { self == .fail || self == .crashed }
    }

    public var rule: String
    /// Nil for a rule about the whole plugin.
    public var step: String?
    public var outcome: Outcome
    /// What was seen; empty for a pass.
    public var seen = ""
    /// What to do about it; empty for a pass.
    public var remedy = ""

    /// The rule's group: `data` of `data.offset`.
    public var group: String { String(rule.prefix { $0 != "." }) }

    var json: JSONValue {
        [
            "rule": .string(rule), "step": step.map { .string($0) } ?? .null, "result": .string(outcome.rawValue),
            "seen": .string(seen), "remedy": .string(remedy),
        ]
    }
}

/// What the conformance kit says of a plugin file: the same for the same file, options and seed.
public struct ConformanceReport: Sendable {
    public var path: String
    /// Nil where the file does not say what it is.
    public var id: String?
    public var version: String?
    public var seed: UInt32
    /// In the order of the rules, and of the steps in the plugin's spec.
    public var results: [ConformanceResult]

    public func count(_ outcome: ConformanceResult.Outcome) -> Int { results.count { $0.outcome == outcome } }

    /// Whether nothing failed and nothing crashed.
    public var isConforming: Bool { !results.contains { $0.outcome.isBad } }

    /// The report as one JSON document (Docs/specs/conformance.md).
    public var json: JSONValue {
        let counts = ConformanceResult.Outcome.allCases.map { ($0.rawValue, JSONValue.int(Int64(count($0)))) }
        return [
            "fastdistill_conformance": 1, "file": .string(path), "plugin": id.map { .string($0) } ?? .null,
            "version": version.map { .string($0) } ?? .null, "seed": .int(Int64(seed)),
            "counts": .object(counts), "results": .array(results.map(\.json)),
        ]
    }
}
