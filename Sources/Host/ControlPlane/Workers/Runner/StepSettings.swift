import DataPlane

/// Everything a lane needs to know about its step.
struct StepSettings: Sendable {
    var plugin: ResolvedPlugin
    var step: StepSpec
    /// A JSON object with the options.
    var config: String
    var offered: [Field]
    var nodeID: String
    var runID: String
    var rowTimeoutMilliseconds: Int64
    /// How long `create` and `bind` may take together.
    var openTimeoutMilliseconds: Int64 = 60_000
    /// Largest batch in bytes, in and out.
    var capacity: Int
    /// Largest resident memory of a worker in bytes, and how much private memory it may get besides what it starts with.
    var memoryLimitBytes: Int?
    /// Variables of the host that its workers see.
    var environment: [String] = []
    /// What becomes of a batch for which the step breaks its word.
    var onViolation = UsePlan.OnViolation.fail
    var workerExecutable: String
    var log: @Sendable (HostServices.Level, String) -> Void

    var identity: StepIdentity {
        StepIdentity(plugin, step: step.id, node: nodeID)
    }
}
