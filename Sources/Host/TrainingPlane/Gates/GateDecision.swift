import DataPlane

/// Whether a student may be used, and why: what `gates/decision.json` keeps.
///
/// ```swift
/// let decision = try GateDecision(inputs)
/// try decision.write(runDirectory: "runs/demo-1a2b3c4d5e6f")
/// for line in decision.lines { print(line) }
/// exit(decision.outcome.exitStatus)
/// ```
public struct GateDecision: Sendable {
    public let inputs: GateInputs
    /// In the order of the gates file; the contamination last.
    public let results: [GateResult]
    let bootstrap: Bootstrap

    /// Decides.
    ///
    /// - Throws: ``Failure`` of code `gates` for bypasses that make no sense. What cannot be decided is an outcome.
    public init(_ inputs: GateInputs) throws(Failure) {
        self.inputs = inputs
        bootstrap = Bootstrap(seed: UInt64(inputs.seed))
        results = try GateJudge(inputs: inputs, bootstrap: bootstrap).results()
    }

    /// Failed when one gate has, else undecidable when one is; gates that were bypassed do not count.
    public var outcome: GateOutcome {
        let counted = results.filter { !$0.isBypassed }.map(\.outcome)
        return counted.contains(.failed) ? .failed : counted.contains(.undecidable) ? .undecidable : .passed
    }

    /// Gates that did not pass and did not stop the student.
    public var bypassed: [GateResult] { results.filter(\.isBypassed) }

    /// A line for each gate, and what they come to.
    public var lines: [String] { results.map { GateWords.line($0) } + [GateWords.summary(self)] }
}
