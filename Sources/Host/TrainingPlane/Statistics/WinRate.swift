/// How often a model's answer was better than the reference answer.
///
/// ```swift
/// WinRate(wins: 40, ties: 30, losses: 30).rate   // 0.55
/// ```
public struct WinRate: Sendable, Equatable {
    /// How one pair of answers ended, seen from the model.
    public enum Outcome: String, Sendable, CaseIterable {
        case win, tie, loss

        /// Win 1, tie ½, loss 0.
        public var score: Double {
            switch self {
            case .win: 1
            case .tie: 0.5
            case .loss: 0
            }
        }

        /// What two judgements of a pair, one in either order, come to: won or lost only where both say so, else a tie, so
        /// that a judge's liking for the first place cannot win (Zheng et al. 2023, arXiv 2306.05685, section 3.4).
        public static func ofBothOrders(_ first: Outcome, _ second: Outcome) -> Outcome {
            first == second ? first : .tie
        }
    }

    public var wins: Int
    public var ties: Int
    public var losses: Int

    public init(wins: Int, ties: Int, losses: Int) {
        self.wins = wins
        self.ties = ties
        self.losses = losses
    }

    /// The mean of win 1, tie ½, loss 0; nil without pairs.
    public var rate: Double? { scores.mean }

    /// The scores, for intervals.
    public var scores: ScoreTally { ScoreTally([1: wins, 0.5: ties, 0: losses]) }
}
