/// What a graph calls a plugin: its id, and a label where the graph has several versions of it.
///
/// ```
/// shout       the plugin shout
/// shout@old   the same plugin; another range than that of shout, or of shout@new
/// ```
public struct PluginName: Hashable, Sendable, CustomStringConvertible {
    public var id: String
    /// Says nothing about the version; nil for the plain id.
    public var label: String?

    public init(id: String, label: String? = nil) {
        self.id = id
        self.label = label
    }

    /// Parses `id` or `id@label`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard isName(parts[0]) else { return nil }
        id = parts[0]
        if parts.count == 2 {
            guard Self.isLabel(parts[1]) else { return nil }
            label = parts[1]
        }
    }

    public var description: String { label.map { "\(id)@\($0)" } ?? id }

    /// What a text has to be, for messages.
    static let rule =
        "\(nameRule()); where the graph has several versions of the plugin, then @ and a label, such as shout@2"

    /// Lower-case letters, digits, `.`, `_` and `-`, so that a label can be a version.
    private static func isLabel(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || [45, 46, 95].contains(byte)
            }
    }
}
