import DataPlane

/// What an exported sample is for. The names are those of the files: MLX-LM wants them so, and `datasets` knows them.
public enum ExportSplit: String, Sendable, CaseIterable {
    case train
    case validation = "valid"
    case test

    /// Where a sample belongs: depends on its input alone, so all answers to one input stay together, and a sample stays
    /// where it is when others come or go.
    ///
    /// The first 8 bytes of sha256("fastdistill.split.v1\n", input_id), big-endian, over 2^64 are a number from 0 to 1.
    /// Below `validationShare` it is validation, in the next `testShare` test, else training.
    public static func of(inputID: String, validationShare: Double, testShare: Double) -> ExportSplit {
        var hash = SHA256()
        hash.update("fastdistill.split.v1\n")
        hash.update(field: inputID)
        // 53 bits are what a double holds exactly.
        let place = hash.finishBytes().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 11
        let share = Double(place) / Double(UInt64(1) << 53)
        if share < validationShare { return .validation }
        return share < validationShare + testShare ? .test : .train
    }
}
