import Foundation
import Synchronization

/// Lets the tests of this target wait for their hosts: a few hosts at a time, and on threads of their own.
///
/// Swift's own threads are as few as the processors; tests that stood on them for minutes would hold up all other suites.
enum Turns {
    /// Hosts that run at once.
    static let width = max(2, ProcessInfo.processInfo.activeProcessorCount + 1)

    private struct State {
        var free = width
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private static let state = Mutex(State())

    /// Runs something that blocks, when it is its turn.
    static func take<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free == 0 {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
        defer {
            let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
                if state.waiting.isEmpty {
                    state.free += 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            next?.resume()
        }
        return try await skip(body)
    }

    /// Runs something that blocks and does nothing but wait, at once.
    static func skip<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
