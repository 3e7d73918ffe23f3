import ArgumentParser
import Pipeline

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a graph, or goes on with a run that stopped.",
        discussion: """
            Does everything that the graph names: distils, trains, serves, evaluates and decides by the gates. The exit \
            status is that of the gates where they decide.
            """)

    @Argument(help: ArgumentHelp("The graph file.", valueName: "graph.yaml"))
    var graph: String

    @Option(help: ArgumentHelp("Where runs are kept.", valueName: "dir"))
    var runs = "runs"

    @Option(
        name: .customLong("run-id"),
        help: ArgumentHelp(
            "Name of the run; by default the graph's name and 12 digits of the contract hash.", valueName: "id"))
    var runID: String?

    @Option(help: ArgumentHelp("A providers file to use instead of the graph's.", valueName: "file"))
    var providers: String?

    @Option(
        help: ArgumentHelp(
            "The store of recorded replies; by default replies.sqlite in the runs folder.", valueName: "file"))
    var replies: String?

    @Flag var lock: LockFlag?

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    @OptionGroup var registry: RegistryOptions

    @OptionGroup var plugins: PluginOptions

    func run() throws {
        try reporting {
            var options = DistillationOptions(
                graphPath: graph, runsDirectory: runs, runID: runID, repliesPath: replies, providersPath: providers,
                lock: lock.use, isQuiet: quiet, pluginPaths: plugins.pluginPaths)
            (options.models, options.student) = (registry.models, registry.student)
            return try WholeRun(options).run()
        }
    }
}
