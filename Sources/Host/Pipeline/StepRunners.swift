import ControlPlane
import DataPlane
import Synchronization

/// The running steps of a plan, by the index of their node.
struct StepRunners {
    /// Memory past which a worker is ended and its row rejected with `plugin_memory`.
    private static let workerMemoryBytes = 2 << 30
    private(set) var byNode: [Int: any StepRunner] = [:]

    /// Creates and binds every step, all at the same time: starting workers is most of the time before the first row.
    ///
    /// - Throws: all steps that say no, in the order of the graph, each where the option or column stands that it says no to,
    ///   else at its node.
    init(plan: Plan, runID: String) throws {
        let uses = plan.nodes.enumerated().compactMap { index, node in
            if case .use(let use) = node.verb { (index: index, node: node, use: use) } else { nil }
        }
        let parts = Dictionary(uniqueKeysWithValues: uses.map { ($0.index, $0.use.parts) })
        let results = Mutex<[Int: Result<any StepRunner, Failure>]>([:])
        let threads = uses.map { item in
            let plugin = plan.plugins[item.use.plugin]
            return ServiceThread(name: "open") {
                let result = Result { () throws(Failure) -> any StepRunner in
                    try PluginHost.open(
                        plugin: plugin, step: item.use.step, config: item.use.config,
                        offered: item.use.bindings.map(\.offered), nodeID: item.node.id, runID: runID,
                        isolation: item.use.isolation, workers: item.use.workers,
                        rowTimeoutMilliseconds: item.use.rowTimeoutMilliseconds,
                        memoryLimitBytes: Self.workerMemoryBytes, environment: item.use.environment,
                        onViolation: item.use.onViolation)
                }
                results.withLock { $0[item.index] = result }
            }
        }
        for thread in threads { thread.join() }
        var failures: [Failure] = []
        for (index, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            switch result {
            case .success(let runner): byNode[index] = runner
            case .failure(var failure):
                if failure.location?.line == nil {
                    failure.location = plan.nodes[index].location
                    parts[index]?.first { $0.value == failure.part }?.place(&failure)
                }
                failures.append(failure)
            }
        }
        guard failures.isEmpty else {
            shutdown()
            throw Failures(failures)
        }
    }

    func shutdown() {
        for runner in byNode.values { runner.shutdown() }
    }
}
