/// Refusals by a provider that has answered nobody yet: of rows, or of what all requests have in common?
///
/// One malformed row is refused and others are answered. A setting that the server does not take is refused in every
/// request, in the same words; to blame the rows would reject and record them all. So the first refusals are held until
/// something tells which it is.
struct Refusals {
    struct Refusal {
        var flight: GatewayLoop.Flight
        var words: String
    }

    enum Verdict {
        case open, rows, provider
    }

    /// So many in the same words, and nothing else, are the provider's.
    static let fewest = 5

    private(set) var held: [Refusal] = []
    /// What the last one said, numbers apart.
    private var pattern: String?
    private var count = 0
    private(set) var areAlike = true

    /// Whether nothing more is to be sent before those under way have ended.
    var areMany: Bool { areAlike && count >= Self.fewest }

    mutating func hold(_ refusal: Refusal) {
        let pattern = Self.pattern(of: refusal.words)
        if let known = self.pattern, known != pattern { areAlike = false }
        self.pattern = pattern
        count += 1
        held.append(refusal)
    }

    /// - Parameters:
    ///   - inFlight: how many requests are under way with the provider.
    ///   - hasQueue: whether others wait for it.
    func verdict(inFlight: Int, hasQueue: Bool) -> Verdict {
        if !areAlike { return .rows }
        if inFlight > 0 { return .open }
        if areMany { return .provider }
        // Nobody is left to be answered.
        return hasQueue ? .open : .rows
    }

    mutating func release() -> [Refusal] {
        defer { held = [] }
        return held
    }

    /// Words without their numbers, which may be the row's.
    private static func pattern(of words: String) -> String {
        var pattern = ""
        for character in words where !(character.isNumber && pattern.last == "0") {
            pattern.append(character.isNumber ? "0" : character)
        }
        return pattern
    }
}
