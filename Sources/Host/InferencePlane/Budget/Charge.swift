import DataPlane

/// What a request costs, or may cost at most.
struct Charge: Equatable, Sendable {
    var requests: Int64 = 0
    /// Of prompt and answers.
    var tokens: Int64 = 0
    /// In millionths of a millionth of the currency that prices are in: whole numbers add up exactly.
    var money: Int64 = 0

    static let none = Charge()

    static func + (left: Charge, right: Charge) -> Charge {
        Charge(
            requests: left.requests.addingClamped(right.requests), tokens: left.tokens.addingClamped(right.tokens),
            money: left.money.addingClamped(right.money))
    }

    static func += (left: inout Charge, right: Charge) { left = left + right }

    /// Whether no part is larger than the other's.
    func fits(in limit: Budget) -> Bool {
        requests <= limit.requests ?? .max && tokens <= limit.tokens ?? .max && money <= limit.money ?? .max
    }
}

/// What a role may spend in a run; nil for no limit.
public struct Budget: Sendable, Equatable {
    public var requests: Int64?
    public var tokens: Int64?
    /// In millionths of a millionth.
    public var money: Int64?

    /// Parts of the unit that amounts and prices are written in.
    static let unit = 1_000_000_000_000.0

    /// What is used up when a charge does not fit, in words: `1000 of 1000 requests`.
    func words(spent: Charge) -> String {
        var parts: [String] = []
        if let requests { parts.append("\(spent.requests) of \(requests) requests") }
        if let tokens { parts.append("\(spent.tokens) of \(tokens) tokens") }
        if let money { parts.append("\(Self.amount(spent.money)) of \(Self.amount(money)) in money") }
        return parts.joined(separator: ", ")
    }

    /// An amount with the four digits that matter to people, never less than it is.
    private static func amount(_ parts: Int64) -> String {
        let tenThousandths = parts / 100_000_000 + (parts % 100_000_000 == 0 ? 0 : 1)
        let digits = String(tenThousandths % 10_000)
        return "\(tenThousandths / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// What a provider's tokens cost.
public struct Prices: Sendable, Equatable {
    /// Of a token, in millionths of a millionth.
    public var prompt: Int64
    public var completion: Int64

    func cost(prompt tokens: Int64, completion: Int64) -> Int64 {
        prompt.multipliedClamped(by: tokens).addingClamped(self.completion.multipliedClamped(by: completion))
    }
}
