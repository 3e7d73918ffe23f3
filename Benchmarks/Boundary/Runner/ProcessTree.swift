import Foundation
import Glibc

/// The CPU time of this process and of its children that live, in user and kernel mode.
///
/// From the CPU-time clocks of the processes (clock_getcpuclockid(3)), which count nanoseconds, unlike `/proc/PID/stat`.
struct ProcessTree {
    private let clocks: [clockid_t]

    init() {
        let children = Self.children().compactMap { child in
            var clock = clockid_t()
            return clock_getcpuclockid(child, &clock) == 0 ? clock : nil
        }
        clocks = [CLOCK_PROCESS_CPUTIME_ID] + children
    }

    var cpuNanoseconds: UInt64 {
        clocks.reduce(0) { total, clock in
            var time = timespec()
            clock_gettime(clock, &time)
            return total + UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        }
    }

    private static func children() -> [pid_t] {
        let folder = "/proc/self/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.flatMap { thread in
            let text = try? String(contentsOfFile: "\(folder)/\(thread)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }
}
