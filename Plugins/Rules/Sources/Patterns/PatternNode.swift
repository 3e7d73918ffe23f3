/// A regular expression as a tree.
indirect enum PatternNode {
    case empty
    case set(ScalarSet)
    case textStart
    case textEnd
    /// Between a word part and something else, or, negated, not there.
    case wordBoundary(isNegated: Bool)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `most` is nil for any number.
    case repetition(PatternNode, least: Int, most: Int?)
}
