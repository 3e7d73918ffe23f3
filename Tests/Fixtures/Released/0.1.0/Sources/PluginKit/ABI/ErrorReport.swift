import PluginABI

extension StepError {
    var status: fastdistill_status {
        switch kind {
        case .invalidConfig: FASTDISTILL_INVALID_CONFIG
        case .invalidInput: FASTDISTILL_INVALID_INPUT
        case .resourceFailed: FASTDISTILL_RESOURCE_FAILED
        case .cancelled: FASTDISTILL_CANCELLED
        case .internal: FASTDISTILL_INTERNAL
        }
    }

    /// Fills the caller's error struct; texts that are too long are cut between characters.
    func report(to error: UnsafeMutablePointer<fastdistill_error_v1>?) -> fastdistill_status {
        guard let error else { return status }
        error.pointee.row = row.map { Int64($0) } ?? -1
        withUnsafeMutableBytes(of: &error.pointee.where) { StepError.copy(self.where, to: $0) }
        withUnsafeMutableBytes(of: &error.pointee.message) { StepError.copy(message, to: $0) }
        return status
    }

    private static func copy(_ text: String, to buffer: UnsafeMutableRawBufferPointer) {
        var length = 0
        for character in text {
            let bytes = character.utf8
            guard length + bytes.count < buffer.count, character != "\0" else { break }
            buffer[length..<length + bytes.count].copyBytes(from: bytes)
            length += bytes.count
        }
        buffer[length] = 0
    }
}
