import ArgumentParser
import Pipeline

struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Writes the beginning of something of your own.", subcommands: [Plugin.self])

    struct Plugin: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a package for a new plugin: one step, its test, a graph that runs it.")

        @Argument(help: ArgumentHelp("The plugin's id: a-z, 0-9 and '_'.", valueName: "name"))
        var name: String

        @Option(help: ArgumentHelp("swift, c or cpp.", valueName: "language"))
        var language = "swift"

        @Option(help: ArgumentHelp("The folder to write to; by default one called as the plugin.", valueName: "dir"))
        var path: String?

        func run() throws {
            try reporting {
                try writeOutput(NewPlugin(name: name, language: language, folder: path).write())
                return .done
            }
        }
    }
}
