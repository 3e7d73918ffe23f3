import DataPlane
import TrainingPlane

/// `training.json` of a run, as far as the next steps need it.
struct TrainingRecord {
    let isFinished: Bool
    /// Where the trained model lies.
    let model: String?
    /// The SHA-256 of the trained model, as it was when the training ended.
    let modelHash: String?
    /// The SHA-256 of `export.json`.
    let dataHash: String?

    /// - Returns: nil when there is none.
    /// - Throws: ``Failure`` of code `training` when it is damaged.
    init?(folder: String) throws(Failure) {
        let path = "\(folder)/training.json"
        guard PathKind(path) != nil else { return nil }
        guard let json = try? JSONParser().parse(String(decoding: try readFile(path), as: UTF8.self)),
            json["format"]?.string == Training.format
        else {
            throw Failure(
                "training", "'\(path)' is no record of a training; remove it, and train again with 'fastdistill train'",
                at: Location(file: path))
        }
        let absolute = absolutePath(folder, in: currentFolder())
        model = json["model"]?.string.map { absolutePath($0, in: absolute) }
        isFinished = json["outcome"]?.string == "finished" && model.flatMap { PathKind($0) } != nil
        modelHash = json["model_sha256"]?.string
        dataHash = json["data"]?.array?.first?["sha256"]?.string
    }
}
