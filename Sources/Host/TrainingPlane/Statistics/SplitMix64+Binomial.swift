import DataPlane

extension SplitMix64 {
    /// How many of `trials` succeed when each does with the probability `part` / `whole`.
    ///
    /// Exact, and in whole numbers only, so that a seed gives the same counts on every machine. Each trial compares a
    /// uniform number with the probability, digit by digit in base 2; all undecided trials are compared at once, 64 of
    /// them with one word (algorithm CO of J. H. Ahrens and U. Dieter, Computing 12, 1974, DOI 10.1007/BF02293108).
    ///
    /// - Precondition: 0 ≤ `part` ≤ `whole`, and `whole` < 2^62.
    /// - Complexity: about `trials` / 32 random words, and a few more.
    package mutating func binomial(_ trials: Int, part: Int, whole: Int) -> Int {
        if part == whole { return trials }
        var undecided = trials
        var successes = 0
        var rest = part
        while undecided > 0, rest > 0 {
            rest *= 2
            let ones = heads(undecided)
            if rest >= whole {
                // The digit of the probability is 1: who has a 0 lies below it.
                rest -= whole
                successes += undecided - ones
                undecided = ones
            } else {
                undecided -= ones
            }
        }
        return successes
    }

    /// How many of so many fair coins show heads.
    private mutating func heads(_ coins: Int) -> Int {
        var count = 0
        var left = coins
        while left >= 64 {
            count += next().nonzeroBitCount
            left -= 64
        }
        return left > 0 ? count + (next() >> UInt64(64 - left)).nonzeroBitCount : count
    }
}
