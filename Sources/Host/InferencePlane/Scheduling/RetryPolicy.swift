/// How long and how often a failing request is tried again.
public struct RetryPolicy: Sendable, Equatable {
    /// How often one question may fail in a way that can be its own fault, before the blame is settled.
    public var attempts = 5
    /// The first waiting span is between 0 and this.
    public var baseMilliseconds: Int64 = 200
    /// No waiting span is longer, unless the provider asks for it.
    public var capMilliseconds: Int64 = 30_000
    /// A provider that answers nothing for so long is given up for this run.
    public var giveUpAfterMilliseconds: Int64 = 600_000
    /// A provider that answers nothing for so long is told of.
    var tellAfterMilliseconds: Int64 = 5000

    public init() {}

    public init(attempts: Int, baseMilliseconds: Int64, capMilliseconds: Int64, giveUpAfterMilliseconds: Int64) {
        self.attempts = attempts
        self.baseMilliseconds = baseMilliseconds
        self.capMilliseconds = capMilliseconds
        self.giveUpAfterMilliseconds = giveUpAfterMilliseconds
    }

    /// How long to wait before the next attempt: exponential back-off with full jitter (M. Brooker, "Exponential Backoff
    /// And Jitter", AWS Architecture Blog 2015), but never less than the provider asked for.
    ///
    /// - Parameters:
    ///   - failures: how often the question has failed, at least 1.
    ///   - retryAfterMilliseconds: what the provider's `Retry-After` says.
    /// - Returns: milliseconds.
    func delay(
        failures: Int, retryAfterMilliseconds: Int64?, using random: inout some RandomNumberGenerator
    ) -> Int64 {
        // The wish of the provider is kept; the jitter on top keeps those who wait from coming back together.
        (retryAfterMilliseconds ?? 0) + Int64.random(in: 0...longestDelay(failures: failures), using: &random)
    }

    /// The upper end of the random span, in milliseconds.
    func longestDelay(failures: Int) -> Int64 {
        let (grown, overflow) = baseMilliseconds.multipliedReportingOverflow(by: 1 << Int64(min(failures - 1, 30)))
        return overflow ? capMilliseconds : min(capMilliseconds, grown)
    }
}
