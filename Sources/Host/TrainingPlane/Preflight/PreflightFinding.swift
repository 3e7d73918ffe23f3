/// What one check before a training found out.
public struct PreflightFinding: Sendable, Equatable {
    public enum Level: String, Sendable {
        case ok
        /// The training will run, but perhaps not do what is wanted.
        case warning
        /// The training would fail, or be for nothing.
        case failure
    }

    /// What was checked: `student`, `template`, `length`, …
    public var check: String
    public var level: Level
    /// A sentence; of failures with the remedy.
    public var message: String

    init(_ check: String, _ level: Level, _ message: String) {
        self.check = check
        self.level = level
        self.message = message
    }
}
