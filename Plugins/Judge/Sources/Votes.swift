import PluginKit

/// `judge/votes`: what several marks for one answer come to.
struct Votes: GroupedStep {
    static let id = "votes"
    static let summary = "Joins the marks that a judge gave one answer several times."
    static let doc = """
        With `n` candidates of the judge, each answer has as many replies, which `score` has read one by one. Replies \
        without a mark are counted and do not vote; with fewer marks than `min_votes` the answer is `undecidable`. \
        Candidates with the same answer share the replies about it: each is one vote, however many candidates there are.
        """

    private let score: Input<Double?>
    private let status: Input<String?>
    private let answer: OptionalInput<String>
    private let choice: OptionalInput<Int64>
    private let joined: Output<Double?>
    private let verdict: Output<String>
    private let votes: Output<Int64>
    private let refused: Output<Int64>
    private let unparseable: Output<Int64>
    private let spread: Output<Double?>
    private let isMajority: Bool
    private let leastVotes: Int
    private let threshold: Double

    init(_ declare: inout Declaration) {
        score = declare.reads("score", doc: "As `score` gave it.")
        status = declare.reads("status", doc: "As `score` gave it; null counts as unparseable.")
        answer = declare.readsOptional(
            "answer", doc: "What was marked: rows of a sample with the same text are joined, without it all of them.")
        choice = declare.readsOptional(
            "choice_index",
            doc:
                "Which of the judge's replies it is. Rows with the same answer and number have one reply and one vote; "
                + "without either each row has its own.")
        joined = declare.adds(
            "score", tags: [.score], minimum: 0, maximum: 1, doc: "What the marks come to; null if undecidable.")
        verdict = declare.adds(
            "verdict", tags: [.verdict], options: JudgeVerdict.words,
            doc: "`ok` from `ok_from` on, else `wrong`; `undecidable` without enough marks.")
        votes = declare.adds("votes", minimum: 0, doc: "Replies with a mark.")
        refused = declare.adds("refused", minimum: 0, doc: "Replies that decline.")
        unparseable = declare.adds("unparseable", minimum: 0, doc: "Replies without a clear mark.")
        spread = declare.adds(
            "spread", minimum: 0, maximum: 1, doc: "Highest less lowest mark; null without any.")
        let by = declare.option(
            "by", default: "mean", choices: ["mean", "majority"],
            doc: "`mean` of the marks; `majority`: the mark given most often, of several the lowest.")
        isMajority = by == "majority"
        leastVotes = declare.option("min_votes", default: 1, in: 1...64, doc: "Fewest marks that decide.")
        threshold = declare.option("ok_from", default: 0.75, in: 0...1, doc: "The lowest score that is `ok`.")
        declare.example(
            input: [
                ["ordinal": 0, "score": 1.0, "status": "ok"], ["ordinal": 0, "score": 0.5, "status": "ok"],
                ["ordinal": 0, "score": nil, "status": "refused"],
            ],
            output: Array(
                repeating: [
                    "score": 0.75, "verdict": "ok", "votes": 2, "refused": 1, "unparseable": 0, "spread": 0.5,
                ], count: 3))
    }

    /// The replies about one answer.
    private struct Replies {
        var marks: [Double] = []
        var refused: Int64 = 0
        var unparseable: Int64 = 0
        /// The numbers of those that are counted.
        var choices: Set<Int64> = []
    }

    func run(_ sample: inout Sample) throws {
        // By their bytes: texts that Unicode holds to be equivalent are two answers.
        var answers: [[UInt8]: Replies] = [:]
        for index in 0..<sample.count {
            let key = Array((sample[answer, index] ?? "").utf8)
            var replies = answers[key] ?? Replies()
            if sample[answer, index] != nil, let choice = sample[choice, index],
                !replies.choices.insert(choice).inserted
            {
                continue
            }
            // What is no score of `score` is no mark.
            if let mark = sample[score, index], (0...1).contains(mark) {
                replies.marks.append(mark)
            } else if sample[status, index] == "refused" {
                replies.refused += 1
            } else {
                replies.unparseable += 1
            }
            answers[key] = replies
        }
        try sample.forEachRow { row, _ in
            let replies = answers[Array((row[answer] ?? "").utf8)] ?? Replies()
            let marks = replies.marks.sorted()
            row[votes] = Int64(marks.count)
            row[refused] = replies.refused
            row[unparseable] = replies.unparseable
            if let lowest = marks.first, let highest = marks.last { row[spread] = highest - lowest }
            let score = marks.count < leastVotes ? nil : isMajority ? Self.mode(marks) : Self.mean(marks)
            row[joined] = score
            row[verdict] = JudgeVerdict.word(score, okFrom: threshold)
        }
    }

    /// From the lowest up, so that marks that are all the same come to exactly that one.
    private static func mean(_ sorted: [Double]) -> Double? {
        guard let lowest = sorted.first, let highest = sorted.last else { return nil }
        return min(lowest + sorted.reduce(0) { $0 + ($1 - lowest) } / Double(sorted.count), highest)
    }

    /// The mark that is there most often; of several the lowest.
    private static func mode(_ sorted: [Double]) -> Double? {
        var best: (mark: Double, count: Int)?
        var index = 0
        while index < sorted.count {
            let count = sorted[index...].prefix { $0 == sorted[index] }.count
            if count > best?.count ?? 0 { best = (sorted[index], count) }
            index += count
        }
        return best?.mark
    }
}
