/// In which order two answers were shown.
enum PairOrder: String, CaseIterable {
    /// The first is A.
    case ab
    /// The first is B.
    case ba
}
