import ControlPlane
import DataPlane
import InferencePlane
import Synchronization
import TrainingPlane

/// A graph that has passed every check: its plan, and the files it refers to.
public struct LoadedGraph {
    public let path: String
    public internal(set) var plan: Plan
    var providers: ProviderConfig?
    let gates: QualityGates?
    /// The graphs over the test rows; nil where the graph does not evaluate.
    let evaluation: LoadedEvaluation?
    /// All plugins that the graph names, also those that no node uses: what its lock holds.
    private let named: [ResolvedPlugin]

    /// Reads the graph and checks it against the plugins that are found, its providers and its gates.
    ///
    /// - Parameters:
    ///   - pluginPaths: folders that are searched for plugins before the others.
    ///   - providersPath: a providers file to use instead of the graph's.
    ///   - lock: whether to take exactly the plugins that `<graph>.lock` names.
    /// - Throws: ``Failures``: all that is wrong, in the order of the places.
    public init(
        path: String, pluginPaths: [String] = [], providersPath: String? = nil, lock: LockUse = .none
    ) throws {
        do {
            try self.init(checking: path, pluginPaths, providersPath, lock)
        } catch let failure as Failure {
            // Whatever stands in the way here is in what the user wrote, so it counts as an invalid graph.
            throw Failures([failure])
        }
    }

    private init(
        checking path: String, _ pluginPaths: [String], _ providersPath: String?, _ use: LockUse
    ) throws {
        self.path = path
        let document = try GraphDocument.load(path)
        let registry = try PluginRegistry.discover(PluginSearch(pluginPath: pluginPaths))
        let lockPath = PluginLock.path(ofGraph: path)
        let lock = use == .enforced ? try PluginLock(reading: lockPath) : nil
        let resolved = Mutex<[PluginName: ResolvedPlugin]>([:])
        let resolve: GraphChecker.Resolver = { name, range, _ in
            Result { () throws(Failure) in
                var plugin =
                    if let lock {
                        try lock.resolve(name, range, in: registry, path: lockPath)
                    } else {
                        try registry.resolve(name.id, range)
                    }
                plugin.name = name
                resolved.withLock { [plugin] in $0[name] = plugin }
                return plugin
            }
        }
        var plan = try GraphChecker(resolve: resolve).check(document)
        if let providersPath { plan.providersPath = absolutePath(providersPath, in: currentFolder()) }
        providers = try plan.providersPath.map { try ProviderConfig.load($0) }
        gates = try plan.gatesPath.map { try QualityGates.load($0) }
        // The roles are known only now: where the providers file stands is part of the plan.
        if let roles = providers?.roles.map(\.name) {
            _ = try GraphChecker(roles: roles, resolve: resolve).check(document)
        }
        let missing = providers.map { CapabilityCheck(providers: $0).failures(plan) } ?? []
        if !missing.isEmpty { throw Failures(missing) }
        evaluation = try plan.evaluate.map { section in
            try LoadedEvaluation(section, pluginPaths: pluginPaths, providersPath: providersPath, lock: use)
        }
        if let gates, let unmeasured = evaluation?.failures(of: gates), !unmeasured.isEmpty {
            throw Failures(unmeasured)
        }
        if plan.train != nil, let unfindable = evaluation?.failure(keysOf: plan) { throw Failures([unfindable]) }
        self.plan = plan
        named = resolved.withLock { Array($0.values) }
        try SourceReader.checkFiles(plan.source)
    }

    /// Creates and binds every step, as a run does before its first row: an option that only the step itself can judge,
    /// such as a regular expression, is found out here.
    ///
    /// - Throws: ``Failures``: all steps that say no, each at its node.
    public func tryOutSteps() throws {
        try StepRunners(plan: plan, runID: plan.name).shutdown()
        try evaluation?.tryOutSteps()
    }

    /// Nodes, columns and contracts as text.
    public var explanation: String { GraphExplain.text(plan) }

    /// The nodes as a Mermaid flowchart.
    public var mermaid: String { GraphExplain.mermaid(plan) }

    /// Writes `<graph>.lock`: anew with ``LockUse/updated``, with ``LockUse/none`` unless there is one.
    ///
    /// - Returns: how the file that is there differs from the plugins of this graph; nil where it does not.
    @discardableResult
    public func lockPlugins(_ use: LockUse) throws(Failure) -> String? {
        let lockPath = PluginLock.path(ofGraph: path)
        let lock = PluginLock(named)
        switch use {
        case .enforced: return nil
        case .none where PathKind(lockPath) != nil: return lock.difference(from: try PluginLock(reading: lockPath))
        case .none, .updated:
            try lock.write(to: lockPath)
            return nil
        }
    }

    /// What makes a run of this graph.
    func contract() throws(Failure) -> Contract {
        try Contract(
            hashing: plan, providers: try providers?.facts() ?? .null, gates: gates?.values ?? .null,
            evaluation: try evaluation?.contract())
    }
}
