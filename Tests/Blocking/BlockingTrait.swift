import Testing

/// Lets tests run on threads that they may block, a few at a time.
///
/// ```swift
/// @Suite(.blocking) struct WorkerTests {
///     @Test func aWorkerThatIsKilledIsReplaced() throws { … }
/// }
/// ```
public struct BlockingTrait: SuiteTrait, TestTrait, TestScoping {
    /// Once around a suite or a test function, with all that is in it: child tasks go where their parent goes.
    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? self : nil }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingThreads.shared) { try await function() }
    }

    /// Records an issue if a test is about to wait for a process and has not got this trait.
    public static func expectPresence() {
        let executor = BlockingThreads.shared.asUnownedTaskExecutor()
        // There is no test on threads that a test has started itself, and none before the first test.
        if Test.current != nil, withUnsafeCurrentTask(body: { $0?.unownedTaskExecutor != executor }) {
            Issue.record("a test that waits for a process is '.blocking', or its suite is")
        }
    }
}

extension Trait where Self == BlockingTrait {
    /// The tests block: they wait for a process, or compute for seconds.
    public static var blocking: Self { Self() }
}
