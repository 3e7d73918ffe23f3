/// Why a rule did not pass.
struct Finding: Error, Sendable, Equatable {
    enum Kind: String, Sendable {
        /// The plugin does not do what the rule demands.
        case fault
        /// It does what it must, but not what it should.
        case warning
        /// The rule could not be tried.
        case skip
    }

    var kind: Kind
    /// What was seen, as a clause or two.
    var seen: String

    static func fault(_ seen: String) -> Finding { Finding(kind: .fault, seen: seen) }
    static func warning(_ seen: String) -> Finding { Finding(kind: .warning, seen: seen) }
    static func skip(_ seen: String) -> Finding { Finding(kind: .skip, seen: seen) }
}
