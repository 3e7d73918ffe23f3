import Glibc

/// The end of what a process wrote to its standard error: at most 4 KiB and 20 lines.
struct LastWords {
    static let byteLimit = 4096
    static let lineLimit = 20

    private var bytes: [UInt8] = []

    mutating func append(_ more: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: more)
        if bytes.count > Self.byteLimit { bytes.removeFirst(bytes.count - Self.byteLimit) }
    }

    /// The lines without the last line end; bytes that are not UTF-8 are replaced.
    var text: String {
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: true).suffix(Self.lineLimit)
        return lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }

    /// The longest that is taken at a time: whoever writes without end must not keep the host.
    private static let drainLimit = 1 << 20

    /// Takes what a pipe that does not block holds now.
    ///
    /// - Returns: false when all its writers are gone.
    mutating func drain(_ descriptor: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            var taken = 0
            while taken < Self.drainLimit {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 {
                    append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    taken += count
                } else if count == 0 {
                    return false
                } else if errno != EINTR {
                    return errno == EAGAIN
                }
            }
            return true
        }
    }
}
