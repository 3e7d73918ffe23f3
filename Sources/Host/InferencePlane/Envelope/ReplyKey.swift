import DataPlane

/// The name of one candidate's reply: 32 bytes, the same on every machine (Docs/specs/provider-gateway.md).
struct ReplyKey: Hashable, Sendable {
    let bytes: [UInt8]

    /// All bytes at once; an array would add them one by one.
    func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }

    var hexadecimal: String { DataPlane.hexadecimal(bytes) }

    /// Hashes everything an answer depends on.
    ///
    /// - Parameter providerID: empty when replies are shared across providers.
    init(
        providerID: String, model: String, revision: String, question: CanonicalQuestion, candidate: Int, round: Int
    ) {
        var hash = SHA256()
        hash.update("fastdistill.reply.v1\n")
        hash.update(field: providerID)
        hash.update(field: model)
        hash.update(field: revision)
        hash.update(field: question.messages)
        hash.update(field: question.constraints)
        hash.update(field: question.decode)
        hash.update(field: String(candidate))
        hash.update(field: String(round))
        bytes = hash.finishBytes()
    }

    /// Hashes everything a vector depends on.
    init(providerID: String, model: String, revision: String, embedding input: String) {
        var hash = SHA256()
        hash.update("fastdistill.embedding.v1\n")
        for field in [providerID, model, revision, input] { hash.update(field: field) }
        bytes = hash.finishBytes()
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The key that 64 hexadecimal digits name, or nil.
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.digit(digits[index]), let low = Self.digit(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
