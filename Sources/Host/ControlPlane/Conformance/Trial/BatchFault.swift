/// What is wrong with a batch that came back: a rule of Docs/specs/abi.md, or that the call failed.
struct BatchFault: Error {
    let rule: BatchRule?
    let description: String

    init(rule: BatchRule?, _ description: String) {
        self.rule = rule
        self.description = description
    }

    init(_ violation: Violation) {
        let places = [violation.column.map { "column '\($0)'" }, violation.row.map { "row \($0)" }].compactMap { $0 }
        let place = places.isEmpty ? "" : "at \(places.joined(separator: ", ")): "
        self.init(rule: violation.rule, place + violation.message)
    }
}
