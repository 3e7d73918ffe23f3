import DataPlane

/// The constraints and tags of one added column, ready to be checked on a whole column at a time.
struct ColumnChecker: Sendable {
    private let name: String
    private let constraints: [any ColumnRule]
    private let tags: [any ColumnRule]

    init(_ spec: ColumnSpec) {
        name = spec.field.name
        let rules: [(any ColumnRule)?] = [
            RangeRule(spec.constraints), LengthRule(spec.constraints), WordRule(spec.constraints),
            PatternRule(spec.constraints),
        ]
        constraints = rules.compactMap { $0 }
        tags = spec.tags.compactMap { $0.rule }
    }

    /// What rows of the column break, rule by rule.
    ///
    /// - Parameter onlyFirst: look no further than the first row that breaks the first broken rule.
    func violations(in column: Column, onlyFirst: Bool) -> [Violation] {
        var violations: [Violation] = []
        for (kind, rules) in [(BatchRule.constraint, constraints), (.tag, tags)] {
            for rule in rules where violations.isEmpty || !onlyFirst {
                violations += rule.faults(in: column, onlyFirst: onlyFirst).map {
                    Violation(kind, column: name, row: $0.row, $0.message)
                }
            }
        }
        return violations
    }
}

extension ColumnTag {
    /// What the tag says of each value; nil where it says nothing that can be checked.
    var rule: (any ColumnRule)? {
        switch self {
        case .messages: MessagesRule()
        case .verdict:
            WordRule(
                ["ok", "wrong", "undecidable"],
                message: "by its tag 'verdict' the text must be ok, wrong or undecidable")
        case .score: ScoreRule()
        case .json: JSONRule()
        case .contextSchema, .canonicalInput, .facet, .contaminationKey, .resultDigest: nil
        }
    }

    /// The types that a column with the tag can have, in words; nil for any.
    func types(for type: DataType) -> (fits: Bool, words: String)? {
        switch self {
        case .verdict, .json: (type == .utf8, "utf8")
        case .score: (type == .int64 || type == .float64, "int64 or float64")
        case .messages: (type.holdsMessages, "\(DataType.messages)")
        case .contextSchema, .canonicalInput, .facet, .contaminationKey, .resultDigest: nil
        }
    }
}

extension DataType {
    /// Whether it is a list of chat messages, nulls or not.
    fileprivate var holdsMessages: Bool {
        guard case .list(let element) = self, case .structure(let fields) = element.type else { return false }
        return fields.map(\.name) == ["role", "content"] && fields.allSatisfy { $0.type == .utf8 }
    }
}
