/// The 32 bytes of a SHA-256, as a key.
public struct Digest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Precondition: `bytes` has 32 bytes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == 32)
        words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    /// What `hash` comes to.
    public init(_ hash: consuming SHA256) {
        self = hash.finish { Digest($0) }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { withHexDigits { String(decoding: $0, as: UTF8.self) } }

    /// Gives the 64 hexadecimal digits as bytes, without a string.
    public func withHexDigits<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { digits in
            withBytes { bytes in
                for (index, byte) in bytes.enumerated() {
                    digits[index * 2] = Self.digit(byte >> 4)
                    digits[index * 2 + 1] = Self.digit(byte & 15)
                }
            }
            return try body(UnsafeRawBufferPointer(digits))
        }
    }

    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: words, body)
    }

    /// As good as random, for tables.
    var leadingBits: UInt64 { words.0 }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension Digest: Comparable {
    /// In the order of the bytes.
    public static func < (left: Digest, right: Digest) -> Bool {
        let (a, b) = (left.words, right.words)
        return (a.0.bigEndian, a.1.bigEndian, a.2.bigEndian, a.3.bigEndian)
            < (b.0.bigEndian, b.1.bigEndian, b.2.bigEndian, b.3.bigEndian)
    }
}

extension ColumnBuilder {
    /// Appends a digest to a utf8 column, as hexadecimal digits.
    public func append(_ digest: Digest) { digest.withHexDigits { append(bytes: $0) } }
}
