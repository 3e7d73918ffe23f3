import CPlatform
import DataPlane
import Glibc

/// Waits for something to happen on any of many sockets, until a time, or until another thread rings the bell.
final class SocketWatch {
    /// Ends a wait from any thread.
    final class Bell: Sendable {
        fileprivate let descriptor: Int32

        fileprivate init(descriptor: Int32) { self.descriptor = descriptor }

        deinit { Glibc.close(descriptor) }

        func ring() { fdplatform_bell_ring(descriptor) }
    }

    /// A socket, and what happened to it: a sum of `FDPLATFORM_READS`, `_WRITES` and `_FAILS`.
    typealias Ready = (socket: Int32, what: Int32)

    /// What is wanted to be known of a socket, and what the system was told to watch it for.
    private struct Interest {
        var wanted: Int32 = 0
        var watched: Int32 = 0
    }

    private static let mostAtOnce = 256
    /// Descriptors that are left to the rest of a run: files, workers, the reply store.
    private static let leftToOthers = 96
    private static let fewestSockets = 8

    let bell: Bell
    private let descriptor: Int32
    private let buffer = UnsafeMutablePointer<fdplatform_ready>.allocate(capacity: mostAtOnce)
    /// Of the sockets that were opened here, by descriptor.
    private var interests: [Int32: Interest] = [:]
    private let mostSockets: Int
    /// How many sockets each of those who open them may keep that are not in use, so that the others find some.
    var mostRested: Int { mostSockets / 2 }
    /// Whether the last socket was not made because there may be no more of them.
    private(set) var isExhausted = false

    init() throws(Failure) {
        descriptor = fdplatform_watch_open()
        let bell = fdplatform_bell_open()
        guard descriptor >= 0, bell >= 0, fdplatform_watch_set(descriptor, bell, FDPLATFORM_READS) == 0 else {
            let remedy = "raise the limit of open files (ulimit -n)"
            throw Failure("http", "no more descriptors can be opened: \(systemMessage(errno)); \(remedy)")
        }
        self.bell = Bell(descriptor: bell)
        let limit = Int(clamping: fdplatform_descriptor_limit())
        mostSockets = max(limit - Self.leftToOthers, Self.fewestSockets)
    }

    deinit {
        Glibc.close(descriptor)
        buffer.deallocate()
    }

    /// Makes a socket that child processes do not get. Returns its descriptor, or -1.
    func open(family: Int32, type: Int32, protocol number: Int32) -> Int32 {
        keep { socket(family, type | Int32(SOCK_CLOEXEC.rawValue), number) }
    }

    /// Begins to connect to a numeric address (``fdplatform_connect(_:_:)``). Returns the socket's descriptor, or -1.
    func connect(to address: String, port: UInt16) -> Int32 {
        keep { fdplatform_connect(address, port) }
    }

    private func keep(_ open: () -> Int32) -> Int32 {
        isExhausted = interests.count >= mostSockets
        if isExhausted { return -1 }
        let opened = open()
        if opened >= 0 { interests[opened] = Interest() } else { isExhausted = errno == EMFILE || errno == ENFILE }
        return opened
    }

    /// Closes a socket, with which the system forgets it.
    func close(_ socket: Int32) -> Int32 {
        interests[socket] = nil
        return Glibc.close(socket)
    }

    /// Watches a socket for what is given from now on; for nothing when that is 0.
    ///
    /// Between two requests nothing is to be known of a connection. The system goes on watching it meanwhile, until something
    /// happens: to tell it each time would be two calls a request.
    ///
    /// - Returns: false when the system cannot.
    func watch(_ socket: Int32, for what: Int32) -> Bool {
        guard let interest = interests[socket] else { return tell(socket, what) }
        if what != 0, what != interest.watched {
            guard tell(socket, what) else { return false }
            interests[socket] = Interest(wanted: what, watched: what)
        } else {
            interests[socket]?.wanted = what
        }
        return true
    }

    private func tell(_ socket: Int32, _ what: Int32) -> Bool { fdplatform_watch_set(descriptor, socket, what) == 0 }

    /// Waits at most so long. Returns what happened; nothing when only the time is up or the bell rang.
    func wait(milliseconds: Int32) -> [Ready] {
        let count = Int(fdplatform_watch_wait(descriptor, buffer, Int32(Self.mostAtOnce), milliseconds))
        var ready: [Ready] = []
        ready.reserveCapacity(count)
        for event in UnsafeBufferPointer(start: buffer, count: count) {
            if event.descriptor == bell.descriptor {
                fdplatform_bell_silence(bell.descriptor)
            } else if interests[event.descriptor]?.wanted == 0 {
                // It would be told again and again.
                _ = tell(event.descriptor, 0)
                interests[event.descriptor]?.watched = 0
            } else {
                ready.append((event.descriptor, event.what))
            }
        }
        return ready
    }
}
