import Glibc

/// Microseconds of CLOCK_MONOTONIC since the gateway's start.
struct GatewayClock: Sendable {
    private let start = Self.monotonic()

    var now: Int64 { Self.monotonic() - start }

    private static func monotonic() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
