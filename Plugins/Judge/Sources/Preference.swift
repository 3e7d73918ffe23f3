/// Which of two answers a judge prefers.
enum Preference: String, Equatable {
    case first, second, tie

    /// What most of the votes say; nil without votes. Where as many say one thing as another, none of them is preferred.
    static func majority(_ votes: [Preference]) -> Preference? {
        guard !votes.isEmpty else { return nil }
        let first = votes.count { $0 == .first }
        let second = votes.count { $0 == .second }
        let tie = votes.count - first - second
        if first > second, first > tie { return .first }
        return second > first && second > tie ? .second : .tie
    }
}
