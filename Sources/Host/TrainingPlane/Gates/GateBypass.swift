/// A gate that a person lets be, and why.
public struct GateBypass: Sendable, Equatable {
    /// The gate's name.
    public var name: String
    /// For whoever reads the record later.
    public var reason: String

    /// - Parameter reason: put on one line, as reports have it.
    public init(name: String, reason: String) {
        self.name = name
        self.reason = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
