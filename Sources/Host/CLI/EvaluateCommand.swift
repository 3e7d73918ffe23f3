import ArgumentParser
import Pipeline

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Asks the models of a run the test rows and keeps what they scored.")

    @OptionGroup var part: RunPartOptions

    func run() throws {
        try reporting { try WholeRun.run(.evaluate, of: part.directory, part.set) }
    }
}
