import ControlPlane
import DataPlane
import InferencePlane
import TrainingPlane

/// A graph that has passed every check: its plan, and the files it refers to.
public struct LoadedGraph {
    public let path: String
    public let plan: Plan
    let providers: ProviderConfig?
    let gates: QualityGates?

    /// Reads the graph and checks it against the plugins that are found, its providers and its gates.
    ///
    /// - Parameters:
    ///   - pluginPaths: folders that are searched for plugins before the others.
    ///   - isLocked: take exactly the plugins that `<graph>.lock` names.
    /// - Throws: ``Failures``: all that is wrong, in the order of the places.
    public init(path: String, pluginPaths: [String], isLocked: Bool) throws {
        self.path = path
        let document = try GraphDocument.load(path)
        let catalogue = try PluginCatalogue(pluginPaths: pluginPaths)
        let resolve = try catalogue.resolver(lock: isLocked ? path + ".lock" : nil)
        let plan = try GraphChecker(resolve: resolve).check(document)
        providers = try plan.providersPath.map { try ProviderConfig.load($0) }
        gates = try plan.gatesPath.map { try QualityGates.load($0) }
        // The roles are known only now: where the providers file stands is part of the plan.
        self.plan = try providers.map { providers in
            try GraphChecker(roles: providers.roles.map(\.name), resolve: resolve).check(document)
        } ?? plan
        if !isLocked { try catalogue.writeLock(path + ".lock", self.plan.plugins) }
    }

    /// Nodes, columns and contracts as text.
    public var explanation: String { GraphExplain.text(plan) }

    /// The nodes as a Mermaid flowchart.
    public var mermaid: String { GraphExplain.mermaid(plan) }
}
