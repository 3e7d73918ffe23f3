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

    private let path: String

    /// - Throws: ``Failure`` of code `training_record` when the model is no longer what the training made.
    func checkModel() throws(Failure) {
        guard let model, let modelHash, try hashModel(model) != modelHash else { return }
        throw Failure(
            "training_record",
            "the trained model '\(model)' has changed since '\(path)' was written; restore it, or remove that file and train "
                + "again")
    }

    /// - Returns: nil when there is none.
    /// - Throws: ``Failure`` of code `training_record` when it is damaged.
    init?(folder: String) throws(Failure) {
        path = "\(folder)/training.json"
        guard PathKind(path) != nil else { return nil }
        guard let json = try? JSONParser().parse(String(decoding: try readFile(path), as: UTF8.self)),
            json["format"]?.string == Training.format
        else {
            throw Failure(
                "training_record",
                "'\(path)' is no record of a training; remove it, and train again with 'fastdistill train'",
                at: Location(file: path))
        }
        let absolute = absolutePath(folder, in: currentFolder())
        model = json["model"]?.string.map { absolutePath($0, in: absolute) }
        isFinished = json["outcome"]?.string == "finished" && model.flatMap { PathKind($0) } != nil
        modelHash = json["model_sha256"]?.string
        dataHash = json["data"]?.array?.first?["sha256"]?.string
    }
}
