import CPlatform
import DataPlane
import Glibc

/// The memory that a host and one worker share.
///
/// ```
/// control    4 KiB      both write       the words of ControlWords
/// input      capacity   the host writes  what the worker is to work on
/// output     capacity   the worker writes
/// ```
///
/// The file is sealed: the worker cannot take pages away under the host's hands. Pages cost memory when they are first
/// touched, so the capacity is a cap and no reservation.
///
/// Unchecked because it holds raw pointers; each area has one writer at a time, and what the host reads it first copies.
final class SharedRegion: @unchecked Sendable {
    static let controlBytes = 4096
    /// How much of an area is kept between two batches.
    private static let keptBytes = 4 << 20

    let descriptor: Int32
    let words: ControlWords
    let input: UnsafeMutableRawBufferPointer
    let output: UnsafeMutableRawBufferPointer
    private let control: UnsafeMutableRawPointer

    /// Makes one, on the host's side.
    convenience init(capacity: Int) throws(Failure) {
        let descriptor = fdplatform_sealed_memory("fastdistill-batches", Self.controlBytes + 2 * capacity)
        guard descriptor >= 0 else { throw .system("make", "shared memory", errno: errno) }
        try self.init(
            adopting: descriptor, capacity: capacity, inputProtection: PROT_READ | PROT_WRITE,
            outputProtection: PROT_READ)
    }

    /// Maps one that was inherited, on the worker's side.
    convenience init(inherited descriptor: Int32) throws(Failure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("read", "shared memory", errno: errno) }
        let capacity = (Int(status.st_size) - Self.controlBytes) / 2
        try self.init(
            adopting: descriptor, capacity: capacity, inputProtection: PROT_READ,
            outputProtection: PROT_READ | PROT_WRITE)
    }

    private init(
        adopting descriptor: Int32, capacity: Int, inputProtection: Int32, outputProtection: Int32
    ) throws(Failure) {
        let map = { (offset: Int, count: Int, protection: Int32) -> UnsafeMutableRawPointer? in
            let start = mmap(nil, count, protection, MAP_SHARED, descriptor, off_t(offset))
            return start == MAP_FAILED ? nil : start
        }
        let control = map(0, Self.controlBytes, PROT_READ | PROT_WRITE)
        let input = map(Self.controlBytes, capacity, inputProtection)
        let output = map(Self.controlBytes + capacity, capacity, outputProtection)
        guard let control, let input, let output else {
            let reason = errno
            for (start, count) in [(control, Self.controlBytes), (input, capacity), (output, capacity)] {
                if let start { munmap(start, count) }
            }
            close(descriptor)
            throw .system("map", "shared memory", errno: reason)
        }
        self.descriptor = descriptor
        self.control = control
        self.input = UnsafeMutableRawBufferPointer(start: input, count: capacity)
        self.output = UnsafeMutableRawBufferPointer(start: output, count: capacity)
        words = ControlWords(base: control.assumingMemoryBound(to: UInt64.self))
    }

    deinit {
        munmap(control, Self.controlBytes)
        munmap(input.baseAddress, input.count)
        munmap(output.baseAddress, output.count)
        close(descriptor)
    }

    /// Gives the pages of a large batch back to the system; the areas then read as zeros there.
    func trim(inputUsed: Int, outputUsed: Int) {
        for (start, used) in [(Self.controlBytes, inputUsed), (Self.controlBytes + input.count, outputUsed)]
        where used > Self.keptBytes {
            fdplatform_punch_hole(descriptor, off_t(start + Self.keptBytes), off_t(used - Self.keptBytes))
        }
    }
}
