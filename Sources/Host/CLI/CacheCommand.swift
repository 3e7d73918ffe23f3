import ArgumentParser
import Pipeline

struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Shows what is in the store of recorded replies, and removes what is not wanted.",
        subcommands: [Stats.self, Prune.self])

    struct Store: ParsableArguments {
        @Argument(help: ArgumentHelp("The store of replies.", valueName: "replies.sqlite"))
        var path = "runs/replies.sqlite"
    }

    struct Stats: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Counts replies and refusals by provider and model, and what each run has used.")

        @OptionGroup var store: Store

        func run() throws {
            try reporting {
                try writeOutput(ReplyCache.statistics(store: store.path))
                return .done
            }
        }
    }

    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes recorded answers for which all that is given holds; they are asked for again.")

        @OptionGroup var store: Store

        @Option(help: ArgumentHelp("Only of this provider.", valueName: "id"))
        var provider: String?

        @Option(help: ArgumentHelp("Only of this model.", valueName: "name"))
        var model: String?

        @Flag(help: "Only refusals of rows.")
        var refusals = false

        @Option(
            name: .customLong("unused-by"),
            help: ArgumentHelp("Only what no run in this folder has used.", valueName: "runs"))
        var runs: String?

        @Flag(name: .customLong("dry-run"), help: "Only say what would go.")
        var dryRun = false

        func run() throws {
            try reporting {
                try writeOutput(
                    ReplyCache.prune(
                        store: store.path, provider: provider, model: model, refusalsOnly: refusals, runs: runs,
                        dryRun: dryRun))
                return .done
            }
        }
    }
}
