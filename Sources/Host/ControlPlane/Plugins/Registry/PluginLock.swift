import DataPlane

/// Which file each plugin of a graph was resolved to: `<graph>.lock`, for the same run elsewhere and later.
///
/// ```
/// {
///   "fastdistill_lock": 1,
///   "plugins": [
///     {"id": "shout", "version": "1.2.0", "sha256": "…"},
///     {"id": "shout", "label": "new", "version": "2.0.0", "sha256": "…"}
///   ]
/// }
/// ```
public struct PluginLock: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        /// As the graph has it.
        public var name: PluginName
        public var version: SemanticVersion
        public var sha256: String

        fileprivate var json: JSONValue {
            var members: [(String, JSONValue)] = [("id", .string(name.id))]
            if let label = name.label { members.append(("label", .string(label))) }
            return .object(members + [("version", .string("\(version)")), ("sha256", .string(sha256))])
        }
    }

    /// By name.
    public var entries: [Entry]
    private static let version: Int64 = 1

    public init(_ plugins: [ResolvedPlugin]) {
        entries = plugins.map { Entry(name: $0.name, version: $0.spec.version, sha256: $0.sha256) }
            .sorted { "\($0.name)" < "\($1.name)" }
    }

    /// Where the lock of a graph file lies.
    public static func path(ofGraph path: String) -> String { "\(path).lock" }

    /// - Throws: ``Failure``: no such file, or not a lock file of this version.
    public init(reading path: String) throws(Failure) {
        if PathKind(path) == nil {
            throw Failure(
                "plugin_lock", "there is no lock file '\(path)'; run once without --locked to write it",
                at: Location(file: path))
        }
        guard PathKind(path) == .file else { throw Self.unreadable(path) }
        let bytes = try readFile(path)
        guard let json = bytes.withUnsafeBytes({ try? JSONParser().parse($0) }),
            json["fastdistill_lock"]?.int == Self.version, let elements = json["plugins"]?.array
        else { throw Self.unreadable(path) }
        entries = []
        for element in elements {
            guard let id = element["id"]?.string, let text = element["version"]?.string,
                let version = SemanticVersion(text), let sha256 = element["sha256"]?.string
            else { throw Self.unreadable(path) }
            let name = PluginName(id: id, label: element["label"]?.string)
            entries.append(Entry(name: name, version: version, sha256: sha256))
        }
    }

    private static func unreadable(_ path: String) -> Failure {
        Failure(
            "plugin_lock",
            "'\(path)' is not a lock file of version \(version); run with --update-lock to write it anew",
            at: Location(file: path))
    }

    /// Writes the file, a line for each plugin.
    public func write(to path: String) throws(Failure) {
        let lines = entries.map { "    " + $0.json.compact }
        let list = lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n  ]"
        try replaceFile(path, with: "{\n  \"fastdistill_lock\": \(Self.version),\n  \"plugins\": \(list)\n}\n")
    }

    /// Which plugins an earlier lock has otherwise, as a clause; nil where it has them all alike.
    ///
    /// ```
    /// shout 1.0.0 is now 1.1.0, rules 1.0.0 has other bytes, judge was not there
    /// ```
    public func difference(from earlier: PluginLock) -> String? {
        let changes = entries.compactMap { entry -> String? in
            guard let old = earlier.entries.first(where: { $0.name == entry.name }) else {
                return "\(entry.name) was not there"
            }
            if old == entry { return nil }
            let change = old.version == entry.version ? "has other bytes" : "is now \(entry.version)"
            return "\(entry.name) \(old.version) \(change)"
        }
        return changes.isEmpty ? nil : changes.joined(separator: ", ")
    }

    /// Takes from the registry exactly what is locked, whatever else there is: for `--locked`.
    ///
    /// - Parameter path: of the lock file, for messages.
    /// - Throws: ``Failure`` of code `plugin_lock`.
    public func resolve(
        _ name: PluginName, _ range: VersionRange, in registry: PluginRegistry, path: String
    ) throws(Failure) -> ResolvedPlugin {
        let remedy = "run with --update-lock to lock what is installed"
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw Failure("plugin_lock", "the plugin '\(name)' is not in the lock file '\(path)'; \(remedy)")
        }
        guard range.contains(entry.version) else {
            throw Failure(
                "plugin_lock",
                "the lock file '\(path)' has version \(entry.version) of the plugin '\(name)', the graph wants \(range); \(remedy)"
            )
        }
        let files = registry.entries.map(\.plugin).filter { $0.spec.id == name.id }
        if let match = files.first(where: { $0.spec.version == entry.version && $0.sha256 == entry.sha256 }) {
            return match
        }
        let found = files.map { "\($0.spec.version) (sha256 \($0.sha256.prefix(12))…)" }.joined(separator: ", ")
        throw Failure(
            "plugin_lock",
            "the lock file '\(path)' has version \(entry.version) (sha256 \(entry.sha256.prefix(12))…) of the plugin '\(name)', "
                + "which is not installed; installed: \(found.isEmpty ? "none" : found); install it, or \(remedy)")
    }
}
