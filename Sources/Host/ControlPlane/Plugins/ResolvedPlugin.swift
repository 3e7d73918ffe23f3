/// A plugin file that a version range has been resolved to.
public struct ResolvedPlugin: Sendable {
    /// What the graph calls it.
    public var name: PluginName
    public var spec: PluginSpec
    /// Hexadecimal SHA-256 of the file's bytes.
    public var sha256: String
    /// Where the file was found.
    public var path: String

    public init(spec: PluginSpec, sha256: String, path: String) {
        name = PluginName(id: spec.id)
        self.spec = spec
        self.sha256 = sha256
        self.path = path
    }
}
