import ArgumentParser
import Pipeline

extension PluginsCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tries everything on a plugin that the ABI promises: the conformance kit.",
            discussion: """
                Each rule runs in a process of its own; see --rules for all of them. Input rows are generated from the \
                columns of the spec and its examples. Exit status: 0 the plugin conforms (there may be warnings), 6 a \
                rule failed or crashed, 2 usage, or the file is no plugin.
                """)

        @Argument(help: ArgumentHelp("A dynamic library.", valueName: "file"))
        var file: String?

        @Option(
            help: ArgumentHelp(
                "A rule (data.offset), a group (data), or either on one step (data.offset:parse); may be given again.",
                valueName: "id"))
        var only: [String] = []

        @Option(
            help: ArgumentHelp(
                "The value of an option, for every step that has it; for a resource its path; may be given again.",
                valueName: "name=value"))
        var with: [String] = []

        @Option(
            help: ArgumentHelp(
                "A JSONL file of input rows; values are taken from it besides those of the examples.",
                valueName: "rows.jsonl"))
        var rows: String?

        @Option(help: ArgumentHelp("The seed of the generated rows.", valueName: "n"))
        var seed = PluginCheck.defaultSeed

        @Flag(help: "Run the rules in this process, for debuggers and sanitizers.")
        var inProcess = false

        @Flag(help: "Print one JSON document.")
        var json = false

        @Flag(help: "List what passed, too.")
        var verbose = false

        @Flag(name: .customLong("rules"), help: "Print all rules as Markdown and end.")
        var printsRules = false

        func validate() throws {
            if file == nil, !printsRules { throw ValidationError("Name the plugin file.") }
        }

        func run() throws {
            try reporting {
                guard let file, !printsRules else {
                    try writeOutput(PluginCheck.rulesPage)
                    return .done
                }
                let check = try PluginCheck(
                    file: file, only: only, with: with, rowsPath: rows, seed: seed, isInProcess: inProcess)
                try writeOutput(json ? check.json : check.text(isVerbose: verbose))
                return check.report.isConforming ? .done : .unverified
            }
        }
    }
}
