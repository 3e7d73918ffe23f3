extension UnsafeBufferPointer<UInt8> {
    /// Whether all bytes are ASCII. Without a way out of the loop, the compiler takes many of them at once.
    var areASCII: Bool { reduce(0, |) < 0x80 }
}
