import DataPlane

/// What a file of weights says of the tensors in it, checked as safetensors itself does (safetensors' README, "Format").
///
/// ```
/// ┌──────────┬──────────────────────────┬───────────────────────────────────────┐
/// │ 8 bytes: │ a header of N bytes:     │ data: tensor after tensor, no gaps,   │
/// │ N        │ JSON, name to tensor     │ data_offsets count from here          │
/// └──────────┴──────────────────────────┴───────────────────────────────────────┘
/// ```
struct SafetensorsHeader {
    private(set) var parameters = 0

    /// The format's own limit (README: "There's a limit on the size of the header of 100MB").
    private static let mostHeaderBytes: UInt64 = 100_000_000

    /// - Throws: ``Failure`` of code `student` for a file that is not as its header says.
    init(_ path: String) throws(Failure) {
        var reader = try BinaryReader(path)
        let length = try reader.integer(UInt64.self)
        guard length <= Self.mostHeaderBytes else {
            throw reader.damaged(
                "claims a header of \(length) bytes, and safetensors allows \(Self.mostHeaderBytes)")
        }
        let bytes = try reader.bytes(length)
        let parsed = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONSyntaxError) in try JSONParser().parse(bytes) }
        }
        guard case .success(.object(let members)) = parsed else {
            throw reader.damaged("has a header that is no object of JSON")
        }
        var tensors: [Tensor] = []
        for (name, value) in members where name != "__metadata__" {
            tensors.append(try Tensor(name, value, in: reader))
        }
        tensors.sort { ($0.start, $0.end) < ($1.start, $1.end) }
        let available = reader.byteCount - reader.offset
        var end = 0
        for tensor in tensors {
            let name = quoted(tensor.name)
            guard tensor.start == end else {
                throw reader.damaged("does not have the data of its tensor \(name) behind that of the one before")
            }
            end = tensor.end
            guard end <= available else { throw reader.damaged("ends before the data of its tensor \(name) does") }
            if let needed = tensor.neededBytes, needed != end - tensor.start {
                throw reader.damaged(
                    "has \(end - tensor.start) bytes of data for its tensor \(name), whose shape needs \(needed)")
            }
            parameters = parameters.addingClamped(tensor.count)
        }
        guard end == available else {
            let rest = available - end
            throw reader.damaged("has \(rest) \(rest == 1 ? "byte" : "bytes") more than its tensors need")
        }
    }

    private struct Tensor {
        let name: String
        /// How many numbers it has.
        let count: Int
        let start: Int
        let end: Int
        /// Nil for a type that is not known here.
        let neededBytes: Int?

        init(_ name: String, _ json: JSONValue, in reader: borrowing BinaryReader) throws(Failure) {
            self.name = name
            let shape = json["shape"]?.array?.map(\.int) ?? [nil]
            var count = 1
            for size in shape {
                guard let size else {
                    throw reader.damaged("does not say which shape its tensor \(quoted(name)) has")
                }
                guard size >= 0 else {
                    throw reader.damaged("has a negative number in the shape of its tensor \(quoted(name))")
                }
                count = count.multipliedClamped(by: Int(size))
            }
            let offsets = json["data_offsets"]?.array?.compactMap(\.int) ?? []
            guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1] else {
                throw reader.damaged("does not say where the data of its tensor \(quoted(name)) is")
            }
            (self.count, start, end) = (count, Int(offsets[0]), Int(offsets[1]))
            // Types of less than a byte fill whole ones.
            neededBytes = Self.bits(json["dtype"]?.string).map { bits in
                bits % 8 == 0 ? count.multipliedClamped(by: bits / 8) : count.multipliedClamped(by: bits) / 8
            }
        }

        /// Of a number (safetensors' Dtype).
        private static func bits(_ type: String?) -> Int? {
            switch type {
            case "F4": 4
            case "F6_E2M3", "F6_E3M2": 6
            case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ": 8
            case "U16", "I16", "F16", "BF16": 16
            case "U32", "I32", "F32": 32
            case "U64", "I64", "F64", "C64": 64
            default: nil
            }
        }
    }
}
