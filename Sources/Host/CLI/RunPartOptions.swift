import ArgumentParser
import Pipeline

/// What a part of a run is told, besides what its graph says.
struct RunPartOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The folder of the run.", valueName: "runs/<run_id>"))
    var directory: String

    @Option(help: ArgumentHelp("A providers file to use instead of the graphs'.", valueName: "file"))
    var providers: String?

    @Option(
        help: ArgumentHelp(
            "The store of recorded replies; by default replies.sqlite in the runs folder.", valueName: "file"))
    var replies: String?

    @OptionGroup var registry: RegistryOptions

    @OptionGroup var plugins: PluginOptions

    func set(_ options: inout DistillationOptions) {
        (options.providersPath, options.repliesPath) = (providers, replies)
        (options.models, options.student) = (registry.models, registry.student)
        options.pluginPaths = plugins.pluginPaths
    }
}
