import PluginKit

/// `judge/pair`: what the replies to both orders of a pair come to.
struct Pair: GroupedStep {
    static let id = "pair"
    static let summary = "Joins the replies to both orders of a pair: a win only if both orders agree."
    static let doc = """
        In each order the readable replies vote; the first query wins or loses if both orders say so, and everything else \
        is a tie. A pair with an order without a readable reply is `undecidable`: refusals and replies that cannot be \
        read are counted and never turned into a preference.
        """

    private let text: Input<String?>
    private let order: Input<String>
    private let pair: Input<Int64>
    private let status: Output<String>
    private let outcome: Output<String>
    private let score: Output<Double?>
    private let isConsistent: Output<Bool?>
    private let refused: Output<Int64>
    private let unparseable: Output<Int64>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The reply of the judge; null is a reply that cannot be read.")
        order = declare.reads("order", doc: "As `pair_prompt` gave it.")
        pair = declare.reads("pair", doc: "As `pair_prompt` gave it.")
        status = declare.adds(
            "status", tags: [.facet], options: ["ok", "refused", "unparseable"], doc: "What the row's own reply is.")
        outcome = declare.adds(
            "outcome", tags: [.facet], options: ["first", "second", "tie", "undecidable"],
            doc: "Which query of the pair is better, the same in all its rows.")
        score = declare.adds(
            "score", tags: [.score], minimum: 0, maximum: 1,
            doc: "1 if the first query wins, 0.5 for a tie, 0 if it loses; null if undecidable.")
        isConsistent = declare.adds(
            "consistent", doc: "Whether both orders say the same; null if undecidable.")
        refused = declare.adds("refused", minimum: 0, doc: "Replies to the pair that decline.")
        unparseable = declare.adds("unparseable", minimum: 0, doc: "Replies to the pair that cannot be read.")
        declare.rejects("unknown_order", doc: "The row's `order` is neither `ab` nor `ba`.")
        declare.example(
            input: [
                ["ordinal": 0, "text": "A", "order": "ab", "pair": 0],
                ["ordinal": 0, "text": "B", "order": "ba", "pair": 0],
                ["ordinal": 1, "text": "A", "order": "ab", "pair": 0],
                ["ordinal": 1, "text": "A", "order": "ba", "pair": 0],
            ],
            output: [
                Self.exampleRow("first", 1.0, true), Self.exampleRow("first", 1.0, true),
                Self.exampleRow("tie", 0.5, false), Self.exampleRow("tie", 0.5, false),
            ])
    }

    private static func exampleRow(_ outcome: Value, _ score: Value, _ isConsistent: Value) -> [String: Value] {
        [
            "status": "ok", "outcome": outcome, "score": score, "consistent": isConsistent, "refused": 0,
            "unparseable": 0,
        ]
    }

    /// The replies to one pair.
    private struct Replies {
        var votes: [PairOrder: [Preference]] = [:]
        var refused: Int64 = 0
        var unparseable: Int64 = 0

        /// What both orders say; nil if one of them says nothing.
        var preferences: (ab: Preference, ba: Preference)? {
            guard let ab = Preference.majority(votes[.ab] ?? []), let ba = Preference.majority(votes[.ba] ?? []) else {
                return nil
            }
            return (ab, ba)
        }
    }

    func run(_ sample: inout Sample) throws {
        var pairs: [Int64: Replies] = [:]
        var words: [String] = []
        for index in 0..<sample.count {
            guard let order = PairOrder(rawValue: sample[order, index]) else {
                words.append("")
                continue
            }
            var replies = pairs[sample[pair, index]] ?? Replies()
            switch PairReply.read(sample[text, index] ?? "") {
            case .choice(let choice):
                replies.votes[order, default: []].append(choice.preference(order))
                words.append("ok")
            case .refused:
                replies.refused += 1
                words.append("refused")
            case .unparseable:
                replies.unparseable += 1
                words.append("unparseable")
            }
            pairs[sample[pair, index]] = replies
        }
        try sample.forEachRow { row, index in
            guard PairOrder(rawValue: row[order]) != nil else {
                throw Reject("unknown_order", "The order is neither `ab` nor `ba`; bind that of `pair_prompt`.")
            }
            let replies = pairs[row[pair]] ?? Replies()
            row[status] = words[index]
            row[refused] = replies.refused
            row[unparseable] = replies.unparseable
            guard let (ab, ba) = replies.preferences else {
                row[outcome] = "undecidable"
                return
            }
            let both = ab == ba ? ab : .tie
            row[outcome] = both.rawValue
            row[isConsistent] = ab == ba
            row[score] = both == .first ? 1 : both == .second ? 0 : 0.5
        }
    }
}
