import ArgumentParser
import Pipeline

struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", abstract: "Decides by the gates of a run whether its student may be used.",
        discussion: """
            The decision is kept in gates/decision.json of the run. Exit status: 0 passed, 4 a gate failed, 5 a gate \
            cannot be decided, 2 usage, or there is nothing to decide on.
            """)

    @Argument(help: ArgumentHelp("The folder of the run.", valueName: "runs/<run_id>"))
    var directory: String

    @Option(
        help: ArgumentHelp(
            "A gate to let be, with --reason; may be given again, each with a reason.", valueName: "name"))
    var bypassGate: [String] = []

    @Option(
        help: ArgumentHelp(
            "Why the gate is bypassed; kept in the record and told by every later report.", valueName: "text"))
    var reason: [String] = []

    @OptionGroup var registry: RegistryOptions

    func run() throws {
        try reporting {
            try RunGates(run: directory, models: registry.models, student: registry.student)
                .decide(bypassing: bypassGate, because: reason)
        }
    }
}

/// Where released students lie.
struct RegistryOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The registry of students.", valueName: "dir"))
    var models = "models"

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("The student's name in the registry; by default that of the graph.", valueName: "name"))
    var student: String?
}
