import DataPlane

extension StudentVersion {
    static let format = "fastdistill.student/1"

    /// Reads the record of a released version.
    ///
    /// - Parameter folder: `models/<name>/<version>`.
    /// - Throws: ``Failure`` of code `registry` for a record that cannot be read.
    public init(folder: String) throws(Failure) {
        let path = Self.recordPath(in: folder)
        let bytes = PathKind(path) == .file ? try readFile(path) : []
        guard let json = try? JSONParser().parse(String(decoding: bytes, as: UTF8.self)),
            json["format"]?.string == Self.format, let name = json["name"]?.string,
            let version = json["version"]?.string, let sequence = json["sequence"]?.int,
            let runID = json["run_id"]?.string, let bypassed = json["bypassed"]?.array,
            let modelHash = json["model_sha256"]?.string, let evaluationHash = json["evaluation_sha256"]?.string,
            let decisionHash = json["decision_sha256"]?.string
        else {
            throw Failure(
                "registry", "'\(path)' is no record of a student; restore it, or move its folder out of the registry",
                at: Location(file: path))
        }
        self.init(
            name: name, version: version, sequence: Int(sequence), runID: runID,
            bypassed: bypassed.compactMap(\.string), modelHash: modelHash, evaluationHash: evaluationHash,
            decisionHash: decisionHash, trainingHash: json["training_sha256"]?.string, folder: folder)
    }

    /// Whether a folder is that of a released version.
    public static func isFolder(_ folder: String) -> Bool { PathKind(recordPath(in: folder)) == .file }

    private static func recordPath(in folder: String) -> String { "\(folder)/record.json" }

    /// What is no longer what its record says, a sentence each: `model: sha256 is 5d41…, the record says 7d79…`. What cannot
    /// be read does not hide others.
    ///
    /// - Complexity: O(bytes of the model).
    public func mismatches() -> [String] {
        var parts: [(name: String, stated: String, hash: (String) throws(Failure) -> String)] = [
            ("model", modelHash, hashModel),
            ("evaluation", evaluationHash, { path throws(Failure) in try hashFolder(path) }),
            ("decision.json", decisionHash, { path throws(Failure) in try hashFile(path) }),
        ]
        if let trainingHash {
            parts.append(("training.json", trainingHash, { path throws(Failure) in try hashFile(path) }))
        }
        return parts.compactMap { part in
            do throws(Failure) {
                let found = try part.hash("\(folder)/\(part.name)")
                return found == part.stated ? nil : "\(part.name): sha256 is \(found), the record says \(part.stated)"
            } catch {
                return "\(part.name): \(error.message)"
            }
        }
    }
}
