/// How a training ended.
public enum TrainingOutcome: Sendable, Equatable {
    case finished
    /// With the reason in a sentence.
    case failed(String)
    case stalled(String)
    case diverged(String)
    /// Somebody wanted it to stop; the next start goes on from the last checkpoint.
    case interrupted

    public var name: String {
        switch self {
        case .finished: "finished"
        case .failed: "failed"
        case .stalled: "stalled"
        case .diverged: "diverged"
        case .interrupted: "interrupted"
        }
    }

    public var reason: String? {
        switch self {
        case .finished, .interrupted: nil
        case .failed(let reason), .stalled(let reason), .diverged(let reason): reason
        }
    }
}
