import CPlatform
import Glibc

/// A thread of our own, for work that blocks: Swift's cooperative pool must never wait for a process or a socket.
///
/// ```swift
/// let thread = ServiceThread(name: "storage") { drainJobs() }
/// thread.join()
/// ```
public final class ServiceThread: Sendable {
    private let handle: pthread_t

    /// Starts the thread. `name` shows in debuggers; at most 15 bytes.
    public init(name: String, body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var handle = pthread_t()
        let status = pthread_create(&handle, nil, runWork, work.toOpaque())
        guard status == 0 else { fatalError("cannot start the thread '\(name)': \(systemMessage(status))") }
        self.handle = handle
    }

    /// Waits until the body has returned. Call once.
    public func join() { pthread_join(handle, nil) }
}

private final class Work: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    fdplatform_name_thread(work.name)
    work.body()
    return nil
}
