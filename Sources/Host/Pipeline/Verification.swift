import DataPlane

/// What `fastdistill verify` finds.
public struct Verification {
    public let mismatches: [String]
    private let run: String

    /// Recomputes every hash, count and bound of the manifests of a run.
    public init(run: String) throws {
        self.run = run
        mismatches = try verifyRun(run).map(\.description)
    }

    public var text: String {
        if mismatches.isEmpty { return "\(run): everything is as the manifests say" }
        return mismatches.map { "\(run): \($0)" }.joined(separator: "\n")
    }
}
