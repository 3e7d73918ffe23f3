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
    /// The SHA-256 of the folder with what was measured of it.
    public var evaluationHash: String
    /// The SHA-256 of the decision of its gates.
    public var decisionHash: String
    /// The SHA-256 of the record of its training; nil when it was not trained here.
    public var trainingHash: String?
    /// `models/<name>/<version>`.
    public var folder: String

    /// Where its model lies, a file or a folder.
    public var modelPath: String { "\(folder)/model" }

    /// What a run makes: its own releases are no versions before it.
    public struct Origin: Sendable {
        public var runID: String
        /// The SHA-256 of the run's student (``hashModel(_:)``); nil when that is not known. A run that trains anew makes another.
        public var modelHash: String?

        public init(runID: String, modelHash: String?) {
            self.runID = runID
            self.modelHash = modelHash
        }
    }

    public func isOf(_ origin: Origin) -> Bool {
        runID == origin.runID && (origin.modelHash == nil || modelHash == origin.modelHash)
    }

    /// - Throws: ``Failure`` of code `registry` when its model is no longer what was released.
    public func checkModel() throws(Failure) {
        guard PathKind(modelPath) != nil, try hashModel(modelPath) == modelHash else {
            throw Failure(
                "registry",
                "'\(modelPath)' is missing or not what was released as '\(name) \(version)'; restore it")
        }
    }
}
