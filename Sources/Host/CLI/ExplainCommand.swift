import ArgumentParser
import Pipeline

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Prints the nodes of a graph, their columns and contracts.")

    @Argument(help: ArgumentHelp("The graph file.", valueName: "graph.yaml"))
    var graph: String

    @Flag(help: "Print a Mermaid flowchart.")
    var mermaid = false

    @Flag(help: "Use exactly the plugins that <graph>.lock names.")
    var locked = false

    @OptionGroup var plugins: PluginOptions

    func run() throws {
        try reporting {
            let loaded = try LoadedGraph(
                path: graph, pluginPaths: plugins.pluginPaths, lock: locked ? .enforced : .none)
            try writeOutput(mermaid ? loaded.mermaid : loaded.explanation)
            return .done
        }
    }
}
