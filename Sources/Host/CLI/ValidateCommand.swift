import ArgumentParser
import Pipeline

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Checks a graph and reports every error with its place.")

    @Argument(help: ArgumentHelp("The graph file.", valueName: "graph.yaml"))
    var graph: String

    @Flag var lock: LockFlag?

    @OptionGroup var plugins: PluginOptions

    func run() throws {
        try reporting {
            let loaded = try LoadedGraph(path: graph, pluginPaths: plugins.pluginPaths, lock: lock.use)
            try loaded.tryOutSteps()
            if lock == .updateLock { try loaded.lockPlugins(.updated) }
            let plan = loaded.plan
            try writeOutput("\(graph): \(plan.nodes.count) nodes, \(plan.plugins.count) plugins, no errors\n")
            return .done
        }
    }
}
