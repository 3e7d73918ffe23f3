import DataPlane

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
