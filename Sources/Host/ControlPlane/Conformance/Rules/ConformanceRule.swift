/// One demand on a plugin, and how it is tried.
struct ConformanceRule: Sendable {
    enum Group: String, Sendable, CaseIterable { case load, config, bind, data, behaviour }

    /// Whether the ABI demands it or only recommends it: a fault is a failure or a warning.
    enum Strictness: String, Sendable { case must, should }

    enum Body: Sendable {
        /// Tried once, on the library.
        case plugin(@Sendable (LibraryTrial) throws(Finding) -> Void)
        /// Tried on each step of the plugin.
        case step(@Sendable (StepTrial) throws(Finding) -> Void)
    }

    let group: Group
    let name: String
    let strictness: Strictness
    /// What it demands, in one sentence.
    let demand: String
    /// What the author can do about a fault, in one sentence.
    let remedy: String
    let body: Body
    /// Whether the process dies of SIGSYS where it opens a socket.
    var trapsSockets = false
    /// How often it is tried until it passes: more than once where something is measured that others can disturb.
    var attempts = 1

    var id: String { "\(group.rawValue).\(name)" }

    var isOfSteps: Bool { if case .step = body { true } else { false } }
}

extension ConformanceRule {
    static func plugin(
        _ group: Group, _ name: String, _ strictness: Strictness, _ demand: String, remedy: String, attempts: Int = 1,
        _ body: @escaping @Sendable (LibraryTrial) throws(Finding) -> Void
    ) -> ConformanceRule {
        ConformanceRule(
            group: group, name: name, strictness: strictness, demand: demand, remedy: remedy, body: .plugin(body),
            attempts: attempts)
    }

    static func step(
        _ group: Group, _ name: String, _ strictness: Strictness, _ demand: String, remedy: String,
        trapsSockets: Bool = false,
        _ body: @escaping @Sendable (StepTrial) throws(Finding) -> Void
    ) -> ConformanceRule {
        ConformanceRule(
            group: group, name: name, strictness: strictness, demand: demand, remedy: remedy, body: .step(body),
            trapsSockets: trapsSockets)
    }
}
