import CPlatform
import DataPlane
import Glibc

/// Waits for something to happen on any of many sockets, until a time, or until another thread rings the bell.
final class SocketWatch {
    /// Ends a wait from any thread.
    final class Bell: Sendable {
        fileprivate let descriptor: Int32

        fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }

        func ring() { fdplatform_bell_ring(descriptor) }
    }

    /// A socket, and what happened to it: a sum of `FDPLATFORM_READS`, `_WRITES` and `_FAILS`.
    typealias Ready = (socket: Int32, what: Int32)

    private static let mostAtOnce = 256

    let bell: Bell
    private let descriptor: Int32
    private let buffer = UnsafeMutablePointer<fdplatform_ready>.allocate(capacity: mostAtOnce)

    init() throws(Failure) {
        descriptor = fdplatform_watch_open()
        let bell = fdplatform_bell_open()
        guard descriptor >= 0, bell >= 0, fdplatform_watch_set(descriptor, bell, FDPLATFORM_READS) == 0 else {
            let remedy = "raise the limit of open files (ulimit -n)"
            throw Failure("http", "no more descriptors can be opened: \(systemMessage(errno)); \(remedy)")
        }
        self.bell = Bell(descriptor: bell)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// Watches a socket for what is given from now on; for nothing when that is 0.
    ///
    /// - Returns: false when the system cannot.
    func watch(_ socket: Int32, for what: Int32) -> Bool { fdplatform_watch_set(descriptor, socket, what) == 0 }

    /// Waits at most so long. Returns what happened; nothing when only the time is up or the bell rang.
    func wait(milliseconds: Int32) -> [Ready] {
        let count = Int(fdplatform_watch_wait(descriptor, buffer, Int32(Self.mostAtOnce), milliseconds))
        var ready: [Ready] = []
        ready.reserveCapacity(count)
        for event in UnsafeBufferPointer(start: buffer, count: count) {
            if event.descriptor == bell.descriptor {
                fdplatform_bell_silence(bell.descriptor)
            } else {
                ready.append((event.descriptor, event.what))
            }
        }
        return ready
    }
}
