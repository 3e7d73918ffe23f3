import DataPlane
import TrainingPlane

/// How the process ends (Docs/specs/graph.md, Exit status).
public enum ExitStatus: Sendable, Equatable {
    case done
    case internalError
    /// Usage, or the graph is invalid.
    case invalid
    /// Finished with deferred rows.
    case deferred
    /// The student has not passed a gate.
    case gateFailed
    /// A gate cannot be decided.
    case gateUndecidable
    /// Verification failed, or the books do not balance.
    case unverified
    /// Stopped by a signal.
    case interrupted(signal: Int32)

    public var code: Int32 {
        switch self {
        case .done: 0
        case .internalError: 1
        case .invalid: 2
        case .deferred: 3
        case .gateFailed: 4
        case .gateUndecidable: 5
        case .unverified: 6
        case .interrupted(let signal): 128 + signal
        }
    }

    /// The status for an error that ended a command.
    public init(_ error: any Error) {
        switch error {
        // A plugin that breaks its word while it is set up is at fault, not the graph that names it.
        case let failures as Failures:
            self = failures.all.contains { Self.pluginFaults.contains($0.code) } ? .internalError : .invalid
        case let failure as Failure: self = Self.byCode[failure.code] ?? .internalError
        default: self = .internalError
        }
    }

    /// The status for what the gates come to.
    init(_ outcome: GateOutcome) {
        self =
            switch outcome {
            case .passed: .done
            case .failed: .gateFailed
            case .undecidable: .gateUndecidable
            }
    }

    private static let pluginFaults: Set<Failure.Code> = ["plugin_violation", "plugin_died"]

    /// Failures whose cause is in what the user wrote or named; and those of the books.
    private static let byCode: [Failure.Code: ExitStatus] = [
        "yaml": .invalid, "usage": .invalid, "run": .invalid, "unknown_plugin": .invalid, "plugin_version": .invalid,
        "plugin_path": .invalid, "plugin_lock": .invalid, "secret": .invalid, "replay": .invalid, "source": .invalid,
        "gates": .invalid, "evaluation": .invalid, "registry": .invalid, "train": .invalid,
        "training_record": .invalid,
        "trainer": .invalid, "export": .invalid, "contamination": .invalid, "books": .unverified, "verify": .unverified,
    ]
}
