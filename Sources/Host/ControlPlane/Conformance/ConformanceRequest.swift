import DataPlane

/// What to check, and how.
public struct ConformanceRequest: Sendable {
    /// The plugin file, as an absolute path.
    public var path: String
    /// Ids of rules, groups, or either with a step (`data.offset:parse`); empty for everything.
    public var only: [String] = []
    /// Values of options by name, as text; for every step that has the option.
    public var with: [String: String] = [:]
    /// Input rows to take values from, besides those of the spec's examples: objects, by column.
    public var rows: [JSONValue] = []
    public var seed: UInt32 = ConformanceRequest.defaultSeed
    /// Runs the rules in this process, for debuggers and sanitizers: a crash ends it.
    public var isInProcess = false
    /// How long one rule may take, in a process of its own.
    public var deadlineMilliseconds: Int64 = 30_000
    /// A program that hands its arguments to ``HiddenCommand/run(_:)``.
    public var executable = PluginHost.ownExecutable

    public static let defaultSeed: UInt32 = 1

    public init(path: String) { self.path = path }
}
