/// When a training is given up.
public struct TrainingLimits: Sendable {
    /// Neither log nor checkpoints have changed for so long.
    public var stallSeconds: Int
    public var loss: LossWatch

    public init(stallSeconds: Int = 1800, loss: LossWatch = LossWatch()) {
        self.stallSeconds = stallSeconds
        self.loss = loss
    }
}
