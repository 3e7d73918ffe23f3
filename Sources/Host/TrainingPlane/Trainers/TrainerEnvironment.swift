import DataPlane

/// The environment of a trainer: that of the host, with the plan's variables.
struct TrainerEnvironment {
    private let host: [String: String]
    private let added: [String: String]

    /// - Throws: ``Failure`` when the environment of the host cannot be read.
    init(adding added: [String: String]) throws(Failure) {
        self.added = added
        var host: [String: String] = [:]
        for entry in try readFile("/proc/self/environ").split(separator: 0) {
            let parts = String(decoding: entry, as: UTF8.self).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { host[String(parts[0])] = String(parts[1]) }
        }
        self.host = host
    }

    /// `NAME=value`, by name.
    var variables: [String] {
        host.merging(added) { $1 }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The program of a command: a path as it is, a name as the first on the PATH.
    ///
    /// - Parameter purpose: what it is wanted for, in the message.
    /// - Throws: ``Failure`` of code `trainer` when there is none.
    func program(_ name: String, for purpose: String = "train with") throws(Failure) -> String {
        if name.contains("/") {
            if PathKind(name) == .file { return name }
        } else {
            let folders = (added["PATH"] ?? host["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
            if let folder = folders.first(where: { PathKind("\($0)/\(name)") == .file }) { return "\(folder)/\(name)" }
        }
        throw Failure(
            "trainer", "there is no program \(quoted(name)) to \(purpose); install it, or give its path in the command")
    }

    /// Variables that change what a training does, with the plan's own.
    private static let telling: Set<String> = [
        "PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LD_PRELOAD", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS",
        "PYTHONHASHSEED", "HF_HOME", "HF_HUB_OFFLINE",
    ]

    /// For the record: the values of the plan's variables and of those known to matter. What may be a secret is hidden.
    var record: JSONValue {
        let shown = host.filter { Self.telling.contains($0.key) }.merging(added) { $1 }
        return .object(
            shown.sorted { $0.key < $1.key }.map { name, value in
                let isSecret = ["KEY", "TOKEN", "SECRET", "PASSWORD"].contains { name.uppercased().contains($0) }
                return (name, .string(isSecret ? "(hidden)" : value))
            })
    }
}
