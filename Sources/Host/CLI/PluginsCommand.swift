import ArgumentParser
import Pipeline

struct PluginsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins",
        abstract: "Shows which plugins are found, what they do, and why a file is refused; checks one.",
        subcommands: [List.self, Show.self, Why.self, Check.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists plugins and refused files.")

        @OptionGroup var plugins: PluginOptions

        func run() throws {
            try reporting {
                try writeOutput(PluginCatalogue(pluginPaths: plugins.pluginPaths).list)
                return .done
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the steps, columns and options of a plugin.")

        @Argument(help: ArgumentHelp("The id of a plugin, or plugin/step.", valueName: "id"))
        var id: String

        @OptionGroup var plugins: PluginOptions

        func run() throws {
            try reporting {
                try writeOutput(PluginCatalogue(pluginPaths: plugins.pluginPaths).page(for: id))
                return .done
            }
        }
    }

    struct Why: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says why a file is or is not a usable plugin.")

        @Argument(help: ArgumentHelp("A dynamic library.", valueName: "file"))
        var file: String

        func run() throws {
            try reporting {
                let answer = try PluginCatalogue.why(file)
                try writeOutput(answer.text + "\n")
                return answer.isUsable ? .done : .invalid
            }
        }
    }
}
