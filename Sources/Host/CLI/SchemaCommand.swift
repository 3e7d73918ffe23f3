import ArgumentParser
import Pipeline

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints a JSON schema of the graph language, with the steps of the plugins that are found.",
        discussion: """
            Editors with a YAML language server complete and check graphs by it. Write it to a file and name that in the \
            first line of a graph:

              # yaml-language-server: $schema=graph.schema.json
            """)

    @OptionGroup var plugins: PluginOptions

    func run() throws {
        try reporting {
            try writeOutput(PluginCatalogue(pluginPaths: plugins.pluginPaths).graphSchema)
            return .done
        }
    }
}
