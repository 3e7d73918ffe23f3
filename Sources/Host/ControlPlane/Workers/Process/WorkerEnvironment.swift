import Glibc

/// The variables that a worker sees: those that programs need to run at all, and those that its graph lists.
///
/// Language and time zone are the same on every machine, so that no result depends on where it was made. `TMPDIR` is where
/// the worker's own folder is made; the warden sets it to that folder, and `HOME` too unless the graph lists it.
enum WorkerEnvironment {
    /// Names that a graph cannot list.
    static let reserved = ["SWIFT_BACKTRACE", "TMPDIR"]

    /// What finds programs and libraries, and what sanitizers and profilers need.
    private static let inherited = [
        "PATH", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
        "LLVM_PROFILE_FILE",
    ]

    private static let fixed = [
        ("LANG", "C.UTF-8"), ("TZ", "UTC"),
        // Without this a Swift trap would stop to print a backtrace, which takes seconds.
        ("SWIFT_BACKTRACE", "enable=no"),
    ]

    /// Whether the host has a variable.
    static func has(_ name: String) -> Bool { getenv(name) != nil }

    /// As `NAME=value`.
    ///
    /// - Parameter listed: names of the graph; one that the host does not have is left out.
    static func variables(listed: [String]) -> [String] {
        let names = inherited + listed.filter { !inherited.contains($0) }
        let own = names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
        return own + fixed.filter { !listed.contains($0.0) }.map { "\($0.0)=\($0.1)" }
    }
}
