import DataPlane

/// The gates a trained model has to pass: the gates file, checked.
///
/// ```swift
/// let gates = try QualityGates.load("configs/quality_gates.yaml")
/// gates.gates[0].metric          // .testExecAccuracy
/// gates.values.canonical         // its part of the contract hash
/// ```
///
/// The values decide a result, so they belong to the contract: another threshold is another evaluation.
public struct QualityGates: Sendable {
    /// The model that stands for "not distilled": by default the student before training.
    public enum Baseline: Sendable, Hashable {
        case untrainedStudent
        /// A model of the providers file.
        case model(String)
    }

    /// What the gates file calls the student before training.
    public static let untrainedName = "untrained_student"

    public var baseline: Baseline
    /// In the order of the file. All have to be passed.
    public var gates: [QualityGate]
    /// The largest share of test rows whose contamination key the training data may have; nil where it is no gate.
    public var maximumContamination: Double?

    public init(baseline: Baseline, gates: [QualityGate], maximumContamination: Double? = nil) {
        self.baseline = baseline
        self.gates = gates
        self.maximumContamination = maximumContamination
    }

    /// The name of the gate that ``maximumContamination`` is.
    static let contaminationName = "contamination"

    /// The names that can be bypassed, in the order of the decision.
    public var names: [String] {
        gates.map(\.name) + (maximumContamination == nil ? [] : [Self.contaminationName])
    }

    /// What the file says with its defaults filled in, for the contract hash.
    public var values: JSONValue {
        let model: JSONValue =
            switch baseline {
            case .untrainedStudent: .string(Self.untrainedName)
            case .model(let name): .string(name)
            }
        var members: [(String, JSONValue)] = [
            ("baseline", ["model": model]), ("gates", .array(gates.map(\.values))),
        ]
        if let maximumContamination { members.append(("maximum_contamination", .double(maximumContamination))) }
        return .object(members)
    }
}
