import DataPlane

/// What a GGUF file says of the model in it (ggml's docs/gguf.md, versions 2 and 3).
struct GGUFHeader {
    private(set) var architecture = ""
    private(set) var contextTokens: Int?
    private(set) var chatTemplate: String?
    /// Texts of the tokens that are no text: control tokens.
    private(set) var specialTokens: [String] = []
    private(set) var parameters = 0

    /// The type of a token that controls (llama.cpp's LLAMA_TOKEN_TYPE_CONTROL).
    private static let controlType: Int64 = 3

    /// What data begins at a multiple of, unless the file says otherwise (docs/gguf.md, "general.alignment").
    private static let defaultAlignment = 32

    /// - Throws: ``Failure`` of code `student` for a file that is no GGUF, of another version, or cut off.
    init(_ path: String) throws(Failure) {
        var reader = try BinaryReader(path)
        guard try reader.bytes(4).elementsEqual("GGUF".utf8) else {
            throw Failure("student", "'\(path)' is no GGUF file; give a GGUF file, or a folder with config.json")
        }
        let version = try reader.integer(UInt32.self)
        guard (2...3).contains(version) else {
            throw Failure("student", "'\(path)' is GGUF version \(version); convert it to version 3")
        }
        let tensors = try reader.integer(UInt64.self)
        let entries = try reader.integer(UInt64.self)
        var tokens: [String] = []
        var types: [Int64] = []
        var alignment = Self.defaultAlignment
        for _ in 0..<entries {
            let key = try reader.text()
            let value = try Value(&reader, type: try reader.integer(UInt32.self))
            switch (key, value) {
            case ("general.architecture", .text(let text)): architecture = text
            case ("tokenizer.chat_template", .text(let text)): chatTemplate = text
            case ("tokenizer.ggml.tokens", .texts(let texts)): tokens = texts
            case ("tokenizer.ggml.token_type", .integers(let numbers)): types = numbers
            case ("general.alignment", .integers(let numbers)):
                alignment = numbers.first.map { Int(clamping: $0) } ?? 0
                guard alignment > 0, alignment < 1 << 30 else { throw reader.damaged() }
            case (_, .integers(let numbers)) where key.hasSuffix(".context_length"):
                contextTokens = numbers.first.map { Int(clamping: $0) }
            default: break
            }
        }
        specialTokens = zip(tokens, types).filter { $0.1 == Self.controlType }.map(\.0)
        try readTensors(tensors, alignment, &reader)
    }

    private mutating func readTensors(
        _ count: UInt64, _ alignment: Int, _ reader: inout BinaryReader
    ) throws(Failure) {
        var ends: [(name: String, end: Int)] = []
        for _ in 0..<count {
            let name = try reader.text()
            var size = 1
            for _ in 0..<(try reader.integer(UInt32.self)) {
                let length = try reader.integer(Int64.self)
                guard length >= 0 else {
                    throw reader.damaged("has a negative number in the shape of its tensor \(quoted(name))")
                }
                size = size.multipliedClamped(by: Int(length))
            }
            parameters = parameters.addingClamped(size)
            let block = GGMLType(rawValue: try reader.integer(UInt32.self))
            let offset = Int(clamping: try reader.integer(UInt64.self))
            let bytes = block.map { (size / $0.count).multipliedClamped(by: $0.bytes) } ?? 0
            ends.append((name, offset.addingClamped(bytes)))
        }
        let start = (reader.offset + alignment - 1) / alignment * alignment
        for tensor in ends where tensor.end.addingClamped(start) > reader.byteCount {
            throw reader.damaged("ends before the data of its tensor \(quoted(tensor.name)) does")
        }
    }

    /// A value, as far as it is of interest here; a single integer is a list of one.
    private enum Value {
        case text(String)
        case texts([String])
        case integers([Int64])
        case other

        init(_ reader: inout BinaryReader, type: UInt32) throws(Failure) {
            guard type == 9 else {
                self = try Self.scalar(&reader, type)
                return
            }
            let element = try reader.integer(UInt32.self)
            let count = try reader.integer(UInt64.self)
            guard element != 9, count < 1 << 26 else { throw reader.damaged() }
            var texts: [String] = []
            var integers: [Int64] = []
            for _ in 0..<count {
                switch try Self.scalar(&reader, element) {
                case .text(let text): texts.append(text)
                case .integers(let numbers): integers += numbers
                default: break
                }
            }
            self = element == 8 ? .texts(texts) : .integers(integers)
        }

        private static func scalar(_ reader: inout BinaryReader, _ type: UInt32) throws(Failure) -> Value {
            switch type {
            case 0, 1, 7: return .integers([Int64(try reader.integer(UInt8.self))])
            case 2, 3: return .integers([Int64(try reader.integer(UInt16.self))])
            case 4: return .integers([Int64(try reader.integer(UInt32.self))])
            case 5: return .integers([Int64(try reader.integer(Int32.self))])
            case 10, 11: return .integers([try reader.integer(Int64.self)])
            case 8: return .text(try reader.text())
            case 6: _ = try reader.bytes(4)
            case 12: _ = try reader.bytes(8)
            default: throw reader.damaged()
            }
            return .other
        }
    }
}
