import ArgumentParser
import Pipeline

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Checks a graph and reports every error with its place.")

    @Argument(help: ArgumentHelp("The graph file.", valueName: "graph.yaml"))
    var graph: String

    @Flag(help: "Check against the plugins that <graph>.lock names.")
    var locked = false

    @OptionGroup var plugins: PluginOptions

    func run() throws {
        try reporting {
            let loaded = try LoadedGraph(path: graph, pluginPaths: plugins.pluginPaths, isLocked: locked)
            try loaded.tryOutSteps()
            let plan = loaded.plan
            try writeOutput("\(graph): \(plan.nodes.count) nodes, \(plan.plugins.count) plugins, no errors\n")
            return .done
        }
    }
}
