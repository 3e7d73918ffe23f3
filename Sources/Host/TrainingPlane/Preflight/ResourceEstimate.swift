import DataPlane
import Glibc

/// What a training needs at least.
struct ResourceEstimate {
    let memoryBytes: Int
    /// Of one checkpoint.
    let diskBytes: Int

    /// With Adam in 32 bits a trained parameter takes 16 bytes: weight, gradient and two moments (Rajbhandari et al. 2020,
    /// arXiv 1910.02054, section 3.1, comes to the same for mixed precision). One that is not trained takes 4. A checkpoint
    /// has the weight and the moments. Activations are not in it.
    init(parameters: Int, trainsAllParameters: Bool) {
        memoryBytes = parameters.multipliedClamped(by: trainsAllParameters ? 16 : 4)
        diskBytes = trainsAllParameters ? parameters.multipliedClamped(by: 12) : 0
    }

    /// - Parameters: what there is; nil when it is not known.
    func findings(memoryBytes available: Int?, diskBytes free: Int?) -> [PreflightFinding] {
        var findings: [PreflightFinding] = []
        for (check, needed, there, what, remedy) in [
            ("memory", memoryBytes, available, "of memory", "train an adapter, or on a larger machine"),
            ("disk", diskBytes, free, "of disk for a checkpoint", "free some, or train elsewhere"),
        ] {
            guard let there, needed > 0 else { continue }
            let text =
                "the training needs at least \(Self.size(needed)) \(what); there is \(Self.size(there))"
            findings.append(
                there < needed
                    ? PreflightFinding(check, .failure, "\(text): \(remedy)") : PreflightFinding(check, .ok, text))
        }
        return findings
    }

    /// With one decimal, in the largest unit that there is one of.
    private static func size(_ bytes: Int) -> String {
        for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] where bytes >= unit {
            let tenths = (Double(bytes) / Double(unit) * 10).rounded() / 10
            return "\(JSONValue.double(tenths).compact) \(name)"
        }
        return "\(bytes) bytes"
    }

    /// What the kernel thinks can be given without swapping (proc(5), MemAvailable).
    static func availableMemoryBytes() -> Int? {
        guard let bytes = try? readFile("/proc/meminfo") else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    static func freeBytes(_ folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Int(clamping: status.f_bavail).multipliedClamped(by: Int(clamping: status.f_frsize))
    }
}
