import DataPlane

/// A rule of Docs/specs/abi.md that what a step returned breaks, and where. Holds no data of a row.
struct Violation: Error, Sendable, Equatable {
    var rule: BatchRule
    var column: String?
    /// 0-based, of the batch that the message speaks of.
    var row: Int?
    /// One clause.
    var message: String

    init(_ rule: BatchRule, column: String? = nil, row: Int? = nil, _ message: String) {
        self.rule = rule
        self.column = column
        self.row = row
        self.message = message
    }

    /// A fault of the Arrow arrays, in the words of the spec's rules.
    init(_ fault: ArrowFault, in part: String) {
        let rule: BatchRule =
            switch fault.rule {
            case .utf8: .utf8
            case .notNullable: .null
            default: .structure
            }
        self.init(
            rule, column: fault.path.isEmpty ? nil : fault.path, row: fault.row, "in '\(part)', \(fault.message)")
    }

    /// `broke the rule 'utf8' at column 'copy', row 2: in 'out', the text is not UTF-8`.
    var description: String { words([column.map { "column '\($0)'" }, row.map { "row \($0)" }]) }

    /// The description as evidence for a row. Which row of the batch it was is left out: that depends on how the rows
    /// were divided, and the evidence is the same in every run.
    var evidence: String { "the step " + words([column.map { "column '\($0)'" }]) }

    private func words(_ places: [String?]) -> String {
        let place = places.compactMap { $0 }.joined(separator: ", ")
        return "broke the rule '\(rule.rawValue)'\(place.isEmpty ? "" : " at \(place)"): \(message)"
    }
}

/// What the host checks on every batch that comes back (Docs/specs/abi.md).
enum BatchRule: String, Sendable, CaseIterable {
    case structure, utf8, schema, null, parent, code, constraint, tag, size
}

/// The code of rows that are rejected for what the step returned for them.
let contractViolationCode = "contract_violation"
