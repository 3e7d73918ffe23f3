import PluginABI

/// How a call into a plugin ended: its status, and the error that came with it.
struct CallReport {
    let status: UInt32
    /// A column's name or a JSON pointer.
    let place: String
    let message: String
    /// Whether both texts end and are UTF-8, and the message says something.
    let isReadable: Bool

    init(_ status: fastdistill_status, _ error: inout fastdistill_error_v1) {
        self.status = UInt32(status.rawValue)
        let place = withUnsafeBytes(of: &error.where) { Self.text($0) }
        let message = withUnsafeBytes(of: &error.message) { Self.text($0) }
        self.place = place ?? ""
        self.message = message ?? ""
        isReadable = place != nil && message?.isEmpty == false
    }

    /// An error struct as a caller hands it over.
    static var emptyError: fastdistill_error_v1 {
        var error = fastdistill_error_v1()
        error.row = -1
        return error
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let end = bytes.firstIndex(of: 0) else { return nil }
        return String(validating: bytes[..<end], as: UTF8.self)
    }

    var isOK: Bool { status == UInt32(FASTDISTILL_OK.rawValue) }

    var statusName: String {
        let names = ["OK", "INVALID_CONFIG", "INVALID_INPUT", "RESOURCE_FAILED", "CANCELLED", "INTERNAL"]
        return status < UInt32(names.count) ? names[Int(status)] : "the unknown status \(status)"
    }

    /// `INVALID_CONFIG at '/limit': 'limit' must be even`.
    var description: String {
        let place = place.isEmpty ? "" : " at '\(place)'"
        return "\(statusName)\(place): \(isReadable ? message : "(no readable message)")"
    }
}
