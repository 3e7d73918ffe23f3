import ArgumentParser
import Pipeline

struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Tells one row's whole story: what it was, what was asked, how it ended and why.")

    @Argument(help: ArgumentHelp("The folder of the run.", valueName: "runs/<run_id>"))
    var directory: String

    @Argument(
        help: ArgumentHelp(
            "A row_id, an input_id or a sample_id, or the first 8 or more digits of one of the latter.", valueName: "id"
        ))
    var id: String

    @Flag(help: "Show values whole, and those that are null.")
    var full = false

    func run() throws {
        try reporting {
            try writeOutput(storyText(run: directory, id: id, full: full) + "\n")
            return .done
        }
    }
}
