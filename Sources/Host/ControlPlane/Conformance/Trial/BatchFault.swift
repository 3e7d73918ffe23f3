import DataPlane

/// What is wrong with a batch that came back: a rule of Docs/specs/abi.md, or that the call failed.
struct BatchFault: Error {
    let rule: BatchRule?
    let description: String

    init(rule: BatchRule?, _ description: String) {
        self.rule = rule
        self.description = description
    }

    init(_ fault: ArrowFault, in part: String) {
        rule =
            switch fault.rule {
            case .utf8: .utf8
            case .notNullable: .null
            default: .structure
            }
        description = "in '\(part)', \(fault)"
    }

    /// A fault that ``BatchChecker`` found: its sentence without who is to blame, since that is known here.
    init(_ failure: Failure) {
        let words = failure.message.split(separator: ", broke the rule '", maxSplits: 1).last ?? ""
        rule = BatchRule(rawValue: String(words.prefix { $0 != "'" }))
        let clause = words.drop { $0 != "'" }.dropFirst()
        let end = clause.range(ofLast: ". This is a fault")
        description = String((end.map { clause[..<$0] } ?? clause).drop { $0 == " " || $0 == ":" })
    }
}

extension Substring {
    /// Where a text begins for the last time.
    fileprivate func range(ofLast text: String) -> Index? {
        indices.reversed().first { self[$0...].hasPrefix(text) }
    }
}
