import DataPlane

/// Microseconds of the monotonic clock since the gateway's start.
struct GatewayClock: Sendable {
    private let start = monotonicNanoseconds()

    var now: Int64 { Int64((monotonicNanoseconds() - start) / 1000) }
}
