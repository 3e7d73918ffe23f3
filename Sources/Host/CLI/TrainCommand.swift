import ArgumentParser
import Pipeline

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains the student of a run on what it has kept.")

    @OptionGroup var part: RunPartOptions

    func run() throws {
        try reporting { try WholeRun.run(.train, of: part.directory, part.set) }
    }
}
