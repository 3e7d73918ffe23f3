import CPlatform
import DataPlane
import Glibc
import PluginABI
import Synchronization

/// The program of a worker process: `fastdistill __worker`.
///
/// Its descriptors: 2 a pipe to the host, 3 the socket for ``Frame``s, 4 the memory of ``SharedRegion``. It serves one
/// instance of one step and ends when the host closes the socket or dies.
public enum WorkerMain {
    public static let command = "__worker"
    static let socket: Int32 = 3
    static let memory: Int32 = 4

    /// - Returns: the exit status.
    public static func run() -> Int32 {
        fdplatform_steady_heap()
        fdplatform_guard()
        let channel = WorkerChannel(socket)
        guard let region = try? SharedRegion(inherited: memory), let frame = channel.receive(), frame.kind == .open,
            let length = frame.words(1)?[0], length <= UInt64(region.input.count),
            let json = try? JSONParser().parse(UnsafeRawBufferPointer(rebasing: region.input[..<Int(length)])),
            let order = OpenOrder(json)
        else { return 2 }
        // As long as the process: what runs when it exits still writes there.
        _ = Unmanaged.passRetained(region)
        region.words.process = getpid()
        // A send that fails means that the host is gone, and then so are we; or that the step has closed the connection.
        let cutOff = Int32(fdplatform_cut_off)
        do {
            let (step, bound) = try WorkerStep.open(order, region, channel)
            guard channel.send(bound) else { return cutOff }
            while let frame = channel.receive() {
                guard frame.kind == .run, let order = RunOrder(frame) else { return 2 }
                guard channel.send(step.run(order)) else { return cutOff }
                region.words.answered = order.sequence
            }
            return 0
        } catch {
            return channel.send(Frame(.failed, error.fault.json)) ? 0 : cutOff
        }
    }
}

/// The worker's end of the socket. Any thread may send; one receives.
final class WorkerChannel: Sendable {
    private let socket: Int32
    private let parser = Mutex(FrameParser())
    private let sending = Mutex(())

    init(_ socket: Int32) { self.socket = socket }

    func send(_ frame: Frame) -> Bool { sending.withLock { _ in frame.send(to: socket) } }

    /// Waits for a frame; nil when the host has closed the socket.
    func receive() -> Frame? {
        parser.withLock { parser in
            while true {
                do {
                    if let frame = try parser.next() { return frame }
                } catch {
                    return nil
                }
                let count = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
                    let count = recv(socket, buffer.baseAddress, buffer.count, 0)
                    if count > 0 { parser.append(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
                    return count
                }
                if count == 0 || count < 0 && errno != EINTR { return nil }
            }
        }
    }
}

/// A ``WorkerFault`` as an error.
struct WorkerFailure: Error {
    let fault: WorkerFault
}
