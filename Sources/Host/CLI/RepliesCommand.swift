import ArgumentParser
import Pipeline

struct RepliesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replies", abstract: "Works with recorded replies.", subcommands: [Export.self])

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes recorded replies to a file that a provider of kind 'replay' answers from.")

        @Argument(help: ArgumentHelp("The store of replies.", valueName: "replies.sqlite"))
        var store: String

        @Argument(help: ArgumentHelp("The file to write.", valueName: "replies.jsonl"))
        var output: String

        @Option(
            name: .customLong("run-id"), help: ArgumentHelp("Only replies that this run has used.", valueName: "id"))
        var runID: String?

        func run() throws {
            try reporting {
                let count = try exportRecordedReplies(store: store, to: output, runID: runID)
                try writeOutput("\(output): \(count) replies\n")
                return .done
            }
        }
    }
}
