/// Why nothing could be checked.
public struct ConformanceError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Sendable {
        /// There is no program to check with.
        case noProgram
        /// The program refused: a file that is no plugin, an option that no step has.
        case refused
        /// The program's answer is none of this version.
        case unreadable
        /// The library to check is not there.
        case notBuilt
    }

    public let kind: Kind
    /// What is wrong and what would be right.
    public let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var description: String { message }
}
