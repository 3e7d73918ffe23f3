import ArgumentParser
import Pipeline

struct PromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Releases the student of a run whose gates were passed.",
        discussion:
            "Writes models/<name>/<version> with the model and the records of what made it; a version never changes.")

    @Argument(help: ArgumentHelp("The folder of the run.", valueName: "runs/<run_id>"))
    var directory: String

    @OptionGroup var registry: RegistryOptions

    @Option(
        name: .customLong("as-version"),
        help: ArgumentHelp("The version; by default the number of the release: 1, 2, 3.", valueName: "version"))
    var asVersion: String?

    @Option(help: ArgumentHelp("The model to release; by default what was trained in the run.", valueName: "path"))
    var model: String?

    func run() throws {
        try reporting {
            try RunGates(run: directory, models: registry.models, student: registry.student)
                .promote(version: asVersion, model: model)
        }
    }
}
