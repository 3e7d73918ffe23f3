import DataPlane
import TrainingPlane

/// What `fastdistill verify` finds.
public struct Verification {
    public let mismatches: [String]
    private let folder: String
    private let source: String

    /// Recomputes what is written down of a run, or of a released version of a student (`models/<name>/<version>`).
    ///
    /// - Throws: ``Failure`` when the folder is neither.
    public init(_ folder: String) throws(Failure) {
        self.folder = folder
        if StudentVersion.isFolder(folder) {
            mismatches = try StudentVersion(folder: folder).mismatches()
            source = "its record says"
        } else {
            mismatches = try Self.mismatches(ofRun: folder)
            source = "the manifests say"
        }
    }

    /// Those of its own manifests, and of the runs of its evaluation.
    private static func mismatches(ofRun run: String) throws(Failure) -> [String] {
        var mismatches = try verifyRun(run).map(\.description)
        for model in try fileNames(in: "\(run)/evaluate") {
            let folder = "evaluate/\(model)"
            guard PathKind("\(run)/\(folder)/manifests") == .folder else { continue }
            mismatches += try verifyRun("\(run)/\(folder)").map { "\(folder)/\($0)" }
        }
        return mismatches
    }

    public var text: String {
        if mismatches.isEmpty { return "\(folder): everything is as \(source)" }
        return mismatches.map { "\(folder): \($0)" }.joined(separator: "\n")
    }
}
