/// Notices that a training is not going anywhere.
///
/// ```swift
/// var watch = LossWatch()
/// watch.add(TrainingPoint(step: 10, loss: .nan))   // "the loss at step 10 is not a number"
/// ```
///
/// A loss that is not a number never becomes one again. A rising one is noticed when the mean of the last `window` losses
/// is more than `factor` times the lowest such mean before, and half of what the training had gained is lost again: single
/// losses jump, means of some do not, and near 0 a multiple of nothing is nothing.
public struct LossWatch: Sendable {
    public var window: Int
    public var factor: Double
    private var recent: [Double] = []
    private var firstMean: Double?
    private var lowestMean = Double.infinity

    public init(window: Int = 10, factor: Double = 2) {
        precondition(window > 0 && factor > 1)
        self.window = window
        self.factor = factor
    }

    /// - Returns: what is wrong, or nil.
    public mutating func add(_ point: TrainingPoint) -> String? {
        guard point.loss.isFinite else { return "the loss at step \(point.step) is not a number" }
        recent.append(point.loss)
        if recent.count > window { recent.removeFirst() }
        guard recent.count == window else { return nil }
        let mean = recent.reduce(0, +) / Double(window)
        let first = firstMean ?? mean
        firstMean = first
        // A loss may be below 0, where a factor says nothing.
        if lowestMean > 0, mean > lowestMean * factor, mean > (first + lowestMean) / 2 {
            return "the loss has risen: the mean of the last \(window) up to step \(point.step) is "
                + "\(GateWords.number(mean)), after \(GateWords.number(lowestMean))"
        }
        lowestMean = min(lowestMean, mean)
        return nil
    }
}
