import DataPlane

/// A released version of a student.
public struct StudentVersion: Sendable, Equatable {
    public var name: String
    public var version: String
    /// 1 for the first that was released, and so on.
    public var sequence: Int
    /// The run that made it.
    public var runID: String
    /// The gates that were let be.
    public var bypassed: [String]
    /// The SHA-256 of its model (``hashModel(_:)``).
    public var modelHash: String
    /// `models/<name>/<version>`.
    public var folder: String

    /// Where its model lies, a file or a folder.
    public var modelPath: String { "\(folder)/model" }

    /// - Throws: ``Failure`` of code `registry` when its model is no longer what was released.
    public func checkModel() throws(Failure) {
        guard PathKind(modelPath) != nil, try hashModel(modelPath) == modelHash else {
            throw Failure(
                "registry",
                "'\(modelPath)' is missing or not what was released as '\(name) \(version)'; restore it")
        }
    }
}
