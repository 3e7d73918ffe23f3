/// How a gate, or all of them, ended.
public enum GateOutcome: String, Sendable {
    case passed, failed, undecidable

    /// What `fastdistill` ends with.
    public var exitStatus: Int32 {
        switch self {
        case .passed: 0
        case .failed: 4
        case .undecidable: 5
        }
    }
}
