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
            id: step.id, summary: step.summary, doc: step.doc, cardinality: step.cardinality,
            isGrouped: step.isGrouped, isBlind: step.isBlind)
        self.configuration = configuration
        if step.isGrouped {
            spec.reads.append(
                ColumnSpec(
                    name: Declaration.ordinal, type: .int64, isNullable: false,
                    doc: "The host's number of the sample, which tells samples apart."))
        }
    }

    /// The first read of every grouped step.
    static let ordinal = "ordinal"
    static let ordinalSlot = 0

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
    ///   - input: rows of the columns it reads. An optional column is bound if one of the rows has it. For a grouped step
    ///     they are one sample, unless they say otherwise with an `ordinal`.
    ///   - output: the rows it makes of them, with the columns it adds.
    public mutating func example(
        with options: [String: Value] = [:], input: [[String: Value]], output: [[String: Value]]
    ) {
        let rows = spec.isGrouped ? input.map { $0.merging([Declaration.ordinal: 0]) { own, _ in own } } : input
        spec.examples.append(ExampleSpec(options: options, input: rows, output: output))
    }
}
