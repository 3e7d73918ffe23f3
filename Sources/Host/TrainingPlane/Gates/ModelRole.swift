/// What a model is to an evaluation.
public enum ModelRole: String, Sendable, CaseIterable {
    /// The trained one, which the gates are about.
    case student
    /// What "not distilled" means.
    case baseline
    case teacher
    /// The version of the student that was released before.
    case previous

    /// As sentences name it.
    public var words: String { self == .previous ? "previous version" : rawValue }
}
