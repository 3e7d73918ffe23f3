/// Where a step says, in its `init`, what it reads, what it adds and what can be configured.
///
/// `init` runs twice: once to describe the step, when options give their defaults (or a placeholder: an empty text, 0,
/// false), and once for each configured instance, when they give the values of the graph. It only declares; work such as
/// opening files belongs into `open`.
///
///     text = declare.reads("text", doc: "The text.")
///     loud = declare.adds("loud", doc: "The text in upper case.")
///     suffix = declare.option("suffix", default: "!", doc: "Put after the text.")
public struct Declaration {
    var spec: StepSpec

    /// The options as configured; nil while the step is only described.
    let configuration: [String: Value]?

    /// The first option that is wrong. Declaring does not throw, so it is kept until `init` has returned.
    private(set) var wrongOption: StepError?

    init(of step: any AnyStep.Type, configuration: [String: Value]?) {
        spec = StepSpec(
            id: step.id, summary: step.summary, doc: step.doc, cardinality: step.cardinality, isBlind: step.isBlind)
        self.configuration = configuration
    }

    mutating func note(_ error: StepError) {
        if wrongOption == nil { wrongOption = error }
    }

    /// Declares a code with which the step may reject rows it cannot process at all: `throw Reject(code, detail)`.
    ///
    /// A fact about a row, also a bad one, is a column; rejecting is for rows without any answer.
    public mutating func rejects(_ code: String, doc: String) {
        spec.rejects.append(RejectSpec(code: code, doc: doc))
    }

    /// Declares rows that show what the step does. `StepHarness.runExamples` checks them.
    ///
    /// - Parameters:
    ///   - options: the options that differ from their defaults.
    ///   - input: rows of the columns it reads. An optional column is bound if one of the rows has it.
    ///   - output: the rows it makes of them, with the columns it adds.
    public mutating func example(
        with options: [String: Value] = [:], input: [[String: Value]], output: [[String: Value]]
    ) {
        spec.examples.append(ExampleSpec(options: options, input: input, output: output))
    }
}
