import Foundation
import Glibc

/// The CPU time of this process and of all that live below it, in user and kernel mode.
///
/// From the CPU-time clocks of the processes (clock_getcpuclockid(3)), which count nanoseconds, unlike `/proc/PID/stat`.
struct ProcessTree {
    private let clocks: [clockid_t]

    init() {
        let below = Self.descendants(of: "self").compactMap { process in
            var clock = clockid_t()
            return clock_getcpuclockid(process, &clock) == 0 ? clock : nil
        }
        clocks = [CLOCK_PROCESS_CPUTIME_ID] + below
    }

    var cpuNanoseconds: UInt64 {
        clocks.reduce(0) { total, clock in
            var time = timespec()
            clock_gettime(clock, &time)
            return total + UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        }
    }

    private static func descendants(of process: String) -> [pid_t] {
        let folder = "/proc/\(process)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let children = threads.flatMap { thread in
            let text = try? String(contentsOfFile: "\(folder)/\(thread)/children", encoding: .utf8)
            return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
        return children + children.flatMap { descendants(of: "\($0)") }
    }
}
