import ArgumentParser
import Pipeline

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Says what differs between two runs, input by input.",
        discussion: "The exit status is 0 whether they differ or not.")

    @Argument(help: ArgumentHelp("The folder of a run.", valueName: "run_a"))
    var first: String

    @Argument(help: ArgumentHelp("The folder of another run.", valueName: "run_b"))
    var second: String

    // So that `--limit -1` is a number out of range and no option.
    @Option(parsing: .unconditional, help: ArgumentHelp("How many examples of each kind are shown.", valueName: "n"))
    var limit = 10

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if limit < 0 { throw ValidationError("'--limit' is a number of examples, from 0.") }
    }

    func run() throws {
        try reporting {
            try writeOutput(differenceText(first, second, limit: limit, json: json))
            return .done
        }
    }
}
