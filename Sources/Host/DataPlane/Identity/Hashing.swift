import CCrypto

/// An incremental SHA-256 (FIPS 180-4), by libcrypto.
///
/// ```swift
/// var hash = SHA256()
/// hash.update("abc")
/// hash.finish()   // ba7816bf…
/// ```
public struct SHA256: ~Copyable {
    private var context = SHA256_CTX()

    public init() { SHA256_Init(&context) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if bytes.count > 0 { SHA256_Update(&context, bytes.baseAddress, bytes.count) }
    }

    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// Hashes a field: its length in bytes as unsigned 64-bit little-endian, then its bytes (Docs/specs/identity.md).
    public mutating func update(field bytes: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { update($0) }
        update(bytes)
    }

    public mutating func update(field text: String) {
        var text = text
        text.withUTF8 { update(field: UnsafeRawBufferPointer($0)) }
    }

    /// The 32 bytes of the digest.
    public consuming func finishBytes() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            SHA256_Final(buffer.baseAddress, &context)
            count = 32
        }
    }

    /// Gives the 32 bytes of the digest, without an array.
    public consuming func finish<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
            SHA256_Final(buffer.baseAddress, &context)
            return body(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public consuming func finish() -> String { hexadecimal(finishBytes()) }
}

/// Lower-case hexadecimal digits, two a byte.
public func hexadecimal(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { hexadecimal($0) } }

/// Lower-case hexadecimal digits, two a byte.
public func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { buffer in
        for index in 0..<bytes.count {
            buffer[2 * index] = digit(bytes[index] >> 4)
            buffer[2 * index + 1] = digit(bytes[index] & 15)
        }
        return 2 * bytes.count
    }
}

/// The SHA-256 of a text, as hexadecimal digits.
public func sha256Hex(of text: String) -> String {
    var hash = SHA256()
    hash.update(text)
    return hash.finish()
}
