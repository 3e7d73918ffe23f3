/// How a source row ends (Docs/specs/graph.md, Outcomes).
///
/// The order is that of precedence: of all ends that the rows of one sample have, the first counts; but a source row of
/// which anything is deferred is not done, whatever else of it was kept.
public enum Outcome: Int, Sendable, CaseIterable, Comparable {
    case kept, deferred, notSelected, rejected, duplicate

    /// The name in files and messages.
    public var name: String {
        switch self {
        case .kept: "kept"
        case .deferred: "deferred"
        case .notSelected: "not_selected"
        case .rejected: "rejected"
        case .duplicate: "duplicate"
        }
    }

    public static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }
}
