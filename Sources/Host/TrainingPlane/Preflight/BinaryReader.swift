import DataPlane

/// Reads little-endian values out of a file, one after the other.
struct BinaryReader: ~Copyable {
    private let file: InputFile
    /// How long the file is.
    let byteCount: Int
    /// How many bytes have been read.
    private(set) var offset = 0
    private var buffer: [UInt8] = []
    private var position = 0

    init(_ path: String) throws(Failure) {
        let file = try InputFile(path, allowing: .regularFiles)
        byteCount = try file.byteCount()
        self.file = file
    }

    /// The next bytes.
    ///
    /// - Throws: ``Failure`` of code `student` when the file ends before, or `count` is no sensible length.
    mutating func bytes(_ count: UInt64) throws(Failure) -> ArraySlice<UInt8> {
        guard count < 1 << 30, Int(count) <= byteCount - offset else { throw damaged() }
        while buffer.count - position < Int(count) {
            let more = try file.read(atMost: 1 << 20)
            guard !more.isEmpty else { throw damaged() }
            buffer.removeSubrange(..<position)
            position = 0
            buffer += more
        }
        defer {
            position += Int(count)
            offset += Int(count)
        }
        return buffer[position..<position + Int(count)]
    }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(Failure) -> Value {
        try bytes(UInt64(Value.bitWidth / 8)).reversed().reduce(Value(0)) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    /// A text after its length in 8 bytes.
    mutating func text() throws(Failure) -> String {
        String(decoding: try bytes(try integer(UInt64.self)), as: UTF8.self)
    }

    func damaged() -> Failure { damaged("ends too early or is damaged") }

    /// - Parameter words: what is wrong with the file, as in "ends too early".
    func damaged(_ words: String) -> Failure { Failure("student", "'\(file.path)' \(words); fetch it anew") }
}
