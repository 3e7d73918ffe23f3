import ArgumentParser
import Pipeline

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recomputes every hash and count of a run, or of a released student, and names each mismatch.")

    @Argument(help: ArgumentHelp("The folder of the run, or models/<name>/<version>.", valueName: "runs/<run_id>"))
    var directory: String

    func run() throws {
        try reporting {
            let verification = try Verification(directory)
            try writeOutput(verification.text + "\n")
            return verification.mismatches.isEmpty ? .done : .unverified
        }
    }
}
