import DataPlane

/// `training.json` of a run, as far as the next steps need it.
struct TrainingRecord {
    let isFinished: Bool
    /// Where the trained model lies.
    let model: String?
    /// The SHA-256 of the trained model, as it was when the training ended.
    let modelHash: String?
    /// The SHA-256 of `export.json`.
    let dataHash: String?

    /// - Returns: nil when there is none that can be read.
    init?(folder: String) {
        guard let bytes = try? readFile("\(folder)/training.json"),
            let json = try? JSONParser().parse(String(decoding: bytes, as: UTF8.self))
        else { return nil }
        let absolute = absolutePath(folder, in: currentFolder())
        model = json["model"]?.string.map { absolutePath($0, in: absolute) }
        isFinished = json["outcome"]?.string == "finished" && model.flatMap { PathKind($0) } != nil
        modelHash = json["model_sha256"]?.string
        dataHash = json["data"]?.array?.first?["sha256"]?.string
    }
}
