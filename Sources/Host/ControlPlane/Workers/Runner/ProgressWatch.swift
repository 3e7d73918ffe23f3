import DataPlane

/// Decides when a worker has taken too long over a row, or too much memory.
///
/// With `fastdistill.progress/1` the deadline is the row's: it starts anew whenever another row is reported. Without, it
/// is the same span for the whole batch; a batch past it is cut in two, so that a slow step is never taken for a hung one
/// as long as each of its rows keeps the deadline.
struct ProgressWatch {
    /// When to look again.
    private(set) var nextLook: UInt64
    private let words: ControlWords
    private let timeoutMilliseconds: Int64
    private let memoryLimitBytes: Int?
    private let interval: UInt64
    private var row: UInt64 = 0
    private var since: UInt64

    init(_ words: ControlWords, _ settings: StepSettings) {
        self.words = words
        timeoutMilliseconds = settings.rowTimeoutMilliseconds
        memoryLimitBytes = settings.memoryLimitBytes
        // An eighth of the deadline: a row is stopped at the latest 13 % past it.
        let eighth = min(max(timeoutMilliseconds / 8, 1), 250)
        interval = UInt64(settings.memoryLimitBytes == nil ? eighth : min(eighth, 10)) * 1_000_000
        since = monotonicNanoseconds()
        nextLook = since + interval
    }

    /// Looks, if it is time to.
    ///
    /// - Returns: why the worker has to end, if it has to.
    mutating func look(residentBytes: () -> Int) -> ProcessDeath.Cause? {
        let now = monotonicNanoseconds()
        if now < nextLook { return nil }
        nextLook = now + interval
        if let limit = memoryLimitBytes, residentBytes() > limit { return .overMemory(limitBytes: limit) }
        let current = words.progress
        if current != row {
            row = current
            since = now
            return nil
        }
        return now - since >= UInt64(timeoutMilliseconds) * 1_000_000
            ? .timedOut(milliseconds: timeoutMilliseconds) : nil
    }
}
