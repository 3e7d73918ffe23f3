import ArgumentParser
import Pipeline

struct GatewayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Works with the providers that answer.", subcommands: [Probe.self])

    struct Probe: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finds out what providers can do, by a dozen small questions, and writes it down.",
            discussion: """
                Requests of later runs are made to fit what was found (Docs/specs/provider-gateway.md, "Shaping"). Each \
                provider is asked with its key and its model, and at most 64 tokens an answer. Exit status: 0 all were \
                probed, 2 usage or an invalid file, 3 some could not be probed; what was found out of the others is written.
                """)

        @Option(help: ArgumentHelp("The providers file.", valueName: "file"))
        var providers = "provider_gateway.yaml"

        @Option(help: ArgumentHelp("The only provider to ask; by default all of kind openai.", valueName: "id"))
        var provider: String?

        @Option(
            help: ArgumentHelp(
                "The file to write; by default the one that the providers file names, or provider_caps.json beside it.",
                valueName: "file"))
        var output: String?

        func run() throws {
            try reporting {
                let probe = try GatewayProbe(providersFile: providers, provider: provider, output: output)
                let outcome = try probe.run(at: timestamp())
                for failure in outcome.failures { writeError(renderError(failure) + "\n") }
                if let path = outcome.path { try writeOutput("\(outcome.table)written to \(path)\n") }
                return outcome.failures.isEmpty ? .done : .deferred
            }
        }
    }
}
