import DataPlane

/// What `fastdistill verify` finds.
public struct Verification {
    public let mismatches: [String]
    private let run: String

    /// Recomputes every hash, count and bound of the manifests of a run, and of the runs of its evaluation.
    public init(run: String) throws {
        self.run = run
        var mismatches = try verifyRun(run).map(\.description)
        for model in try fileNames(in: "\(run)/evaluate") {
            let folder = "evaluate/\(model)"
            guard PathKind("\(run)/\(folder)/manifests") == .folder else { continue }
            mismatches += try verifyRun("\(run)/\(folder)").map { "\(folder)/\($0)" }
        }
        self.mismatches = mismatches
    }

    public var text: String {
        if mismatches.isEmpty { return "\(run): everything is as the manifests say" }
        return mismatches.map { "\(run): \($0)" }.joined(separator: "\n")
    }
}
