import ArgumentParser
import Pipeline

struct FastDistillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fastdistill",
        abstract: "Distils a large language model into verified data, through plugins.",
        discussion: """
            One YAML graph says where rows come from, who is asked, and what is kept. Start with:

              fastdistill validate graph.yaml     check everything before a token is spent
              fastdistill run graph.yaml          run it; the same command goes on where it stopped

            Exit status: 0 done, 1 internal error, 2 usage or invalid graph, 3 rows deferred (run again), 4 gate failed, \
            5 gate undecidable, 6 verification failed, 129/130/143 interrupted (run again).
            """,
        version: fastDistillVersion,
        subcommands: [
            RunCommand.self, ValidateCommand.self, ExplainCommand.self, VerifyCommand.self, WhyCommand.self,
            DiffCommand.self, TrainCommand.self, EvaluateCommand.self, GateCommand.self, PromoteCommand.self,
            PluginsCommand.self, GatewayCommand.self, RepliesCommand.self, CacheCommand.self, SchemaCommand.self,
            NewCommand.self,
        ])
}

/// Where plugins are looked for, on every command that needs them.
struct PluginOptions: ParsableArguments {
    @Option(
        name: .customLong("plugin-path"),
        help: ArgumentHelp(
            "A folder with plugins, searched before FASTDISTILL_PLUGIN_PATH and the installed ones; may be given again.",
            valueName: "dir"))
    var pluginPaths: [String] = []
}
