import DataPlane
import Glibc
import PluginABI

/// The functions of `fastdistill.map/1`, all of them there.
///
/// Unchecked because C function pointers are not Sendable by themselves; these point to code, which does not change.
struct MapInterface: @unchecked Sendable {
    typealias Create =
        @convention(c) (
            UnsafePointer<CChar>?, UnsafePointer<CChar>?, UInt64, UnsafePointer<fastdistill_host_v1>?,
            UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<fastdistill_error_v1>?
        ) -> fastdistill_status
    typealias Bind =
        @convention(c) (
            OpaquePointer?, UnsafePointer<ArrowSchema>?, UnsafeMutablePointer<ArrowSchema>?,
            UnsafeMutablePointer<ArrowSchema>?, UnsafeMutablePointer<fastdistill_error_v1>?
        ) -> fastdistill_status
    typealias Run =
        @convention(c) (
            OpaquePointer?, UnsafePointer<fastdistill_call_v1>?, UnsafePointer<ArrowArray>?,
            UnsafeMutablePointer<ArrowArray>?, UnsafeMutablePointer<ArrowArray>?,
            UnsafeMutablePointer<fastdistill_error_v1>?
        ) -> fastdistill_status
    typealias Destroy = @convention(c) (OpaquePointer?) -> Void

    let create: Create
    let bind: Bind
    let run: Run
    let destroy: Destroy

    /// Nil where one of the functions is missing.
    init?(_ table: UnsafeRawPointer) {
        let table = table.assumingMemoryBound(to: fastdistill_map_v1.self).pointee
        guard let create = table.create, let bind = table.bind, let run = table.run, let destroy = table.destroy else {
            return nil
        }
        self.create = create
        self.bind = bind
        self.run = run
        self.destroy = destroy
    }
}

/// What a plugin said when a call failed.
struct StepError: Error, Sendable, Equatable {
    enum Kind: UInt32, Sendable { case config = 1, input, resource, cancelled, fault }

    var kind: Kind
    /// The row of the batch, where it is one row's fault.
    var row: Int?
    /// A column's name or a JSON pointer; may be empty.
    var place: String
    var message: String
}

extension StepError {
    init(_ status: fastdistill_status, _ error: inout fastdistill_error_v1) {
        kind = Kind(rawValue: UInt32(status.rawValue)) ?? .fault
        row = error.row >= 0 ? Int(error.row) : nil
        place = withUnsafeBytes(of: &error.where) { boundedText($0) }
        message = withUnsafeBytes(of: &error.message) { boundedText($0) }
        if message.isEmpty { message = "the step gave no reason (status \(status.rawValue))" }
    }
}

/// The text up to the first NUL, or all of it.
private func boundedText(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}
