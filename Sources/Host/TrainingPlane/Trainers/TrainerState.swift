import DataPlane

/// `trainer_state.json` of a checkpoint, as the Trainer of transformers and so TRL and LLaMA-Factory write it.
///
/// Python writes NaN and Infinity, which JSON does not have; they are read as losses that are no numbers.
struct TrainerState {
    let step: Int
    let points: [TrainingPoint]
    /// The folder of the checkpoint.
    let folder: String

    /// The state of the last checkpoint below a folder, or in it; nil when there is none yet.
    ///
    /// A file that is being written is no state yet.
    static func last(in folder: String) throws(Failure) -> TrainerState? {
        let numbers = try fileNames(in: folder).compactMap { name in
            name.hasPrefix("checkpoint-") ? Int(name.dropFirst("checkpoint-".count)) : nil
        }
        let folders = numbers.sorted(by: >).map { "\(folder)/checkpoint-\($0)" } + [folder]
        for folder in folders {
            let path = "\(folder)/trainer_state.json"
            guard PathKind(path) == .file else { continue }
            if let state = TrainerState(try readFile(path), folder: folder) { return state }
        }
        return nil
    }

    init?(_ bytes: [UInt8], folder: String) {
        guard let json = try? JSONParser().parse(String(decoding: Self.withoutNaN(bytes), as: UTF8.self)),
            let step = json["global_step"]?.int, let history = json["log_history"]?.array
        else { return nil }
        self.folder = folder
        self.step = Int(step)
        points = history.compactMap { entry in
            guard let step = entry["step"]?.int, let loss = entry["loss"] else { return nil }
            return TrainingPoint(
                step: Int(step), loss: loss.double ?? .nan,
                tokens: entry["num_tokens"]?.double.flatMap { Int(exactly: $0.rounded()) })
        }
    }

    /// Puts null in the place of NaN, Infinity and -Infinity outside of texts.
    private static func withoutNaN(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var isInText = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if isInText {
                output.append(byte)
                if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
                    index += 1
                    output.append(bytes[index])
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
            } else if let word = words.first(where: { bytes[index...].starts(with: $0) }) {
                output += Array("null".utf8)
                index += word.count - 1
            } else {
                isInText = byte == UInt8(ascii: "\"")
                output.append(byte)
            }
            index += 1
        }
        return output
    }

    private static let words = ["NaN", "Infinity", "-Infinity"].map { Array($0.utf8) }
}
