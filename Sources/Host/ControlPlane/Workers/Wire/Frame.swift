import DataPlane
import Glibc

/// A message between host and worker: 4 bytes length of the payload (little-endian), 1 byte kind, payload.
struct Frame {
    enum Kind: UInt8 {
        /// To the worker: make an instance. Payload: length of the JSON in the input area.
        case open = 1
        /// To the worker: run a batch. Payload: ``RunOrder``.
        case run = 2
        /// To a process of the conformance kit: try a rule. Payload: JSON of a ``CheckOrder``.
        case check = 3
        /// The instance is made and bound. Payload: JSON.
        case opened = 10
        /// A call failed. Payload: JSON of a ``WorkerFault``.
        case failed = 11
        /// A batch is done. Payload: where `out` and `rejects` end in the output area.
        case done = 12
        /// A result does not fit. Payload: its size in bytes.
        case overflow = 13
        /// A line for the log. Payload: level, text.
        case log = 14
        /// A description of a plugin file. Payload: JSON.
        case described = 15
        /// What a rule of the conformance kit saw. Payload: JSON of a ``CheckAnswer``.
        case checked = 16
    }

    var kind: Kind
    var payload: [UInt8]

    static let longestPayload = 16 << 20
    static let headerBytes = 5

    init(_ kind: Kind, _ payload: [UInt8]) {
        self.kind = kind
        self.payload = payload
    }

    init(_ kind: Kind, words: [UInt64]) {
        self.init(
            kind,
            Array(unsafeUninitializedCapacity: words.count * 8) { bytes, count in
                for (index, word) in words.enumerated() {
                    UnsafeMutableRawBufferPointer(bytes).storeBytes(
                        of: word.littleEndian, toByteOffset: index * 8, as: UInt64.self)
                }
                count = words.count * 8
            })
    }

    init(_ kind: Kind, _ json: JSONValue) { self.init(kind, Array(json.compact.utf8)) }

    /// The payload as numbers; nil unless there are `count`.
    func words(_ count: Int) -> [UInt64]? {
        guard payload.count == count * 8 else { return nil }
        return payload.withUnsafeBytes { bytes in
            (0..<count).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
        }
    }

    /// The payload as JSON; nil where it is not.
    var json: JSONValue? { payload.withUnsafeBytes { try? JSONParser().parse($0) } }

    /// Sends the frame whole, or not at all where the other side is gone.
    ///
    /// - Returns: false when the connection is broken.
    func send(to socket: Int32) -> Bool {
        let bytes = Array<UInt8>(unsafeUninitializedCapacity: Self.headerBytes + payload.count) { bytes, count in
            let bytes = UnsafeMutableRawBufferPointer(bytes)
            bytes.storeBytes(of: UInt32(payload.count).littleEndian, as: UInt32.self)
            bytes[4] = kind.rawValue
            bytes[Self.headerBytes...].copyBytes(from: payload)
            count = bytes.count
        }
        return bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                let count = Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                sent += count
            }
            return true
        }
    }
}

/// Cuts a stream of bytes into frames.
struct FrameParser {
    /// The other side does not speak this language.
    struct Nonsense: Error {}

    private var bytes: [UInt8] = []

    mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

    /// The next whole frame; nil until more bytes have come.
    mutating func next() throws(Nonsense) -> Frame? {
        guard bytes.count >= Frame.headerBytes else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        guard length <= Frame.longestPayload, let kind = Frame.Kind(rawValue: bytes[4]) else { throw Nonsense() }
        let end = Frame.headerBytes + length
        guard bytes.count >= end else { return nil }
        let payload = Array(bytes[Frame.headerBytes..<end])
        bytes.removeFirst(end)
        return Frame(kind, payload)
    }
}
