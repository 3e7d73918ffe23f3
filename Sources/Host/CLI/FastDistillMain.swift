import ArgumentParser
import Glibc
import Pipeline

/// Where the process starts: hidden roles first, then the command line.
enum FastDistillMain {
    static func run() -> Never {
        if let status = hiddenCommandStatus(CommandLine.arguments) { exit(status) }
        raiseOpenFiles()
        do {
            var command = try FastDistillCommand.parseAsRoot()
            try command.run()
            exit(ExitStatus.done.code)
        } catch let end as CommandEnd {
            exit(end.status.code)
        } catch {
            // Help and version end with 0; everything else the parser refuses is a usage error.
            let isUsage = FastDistillCommand.exitCode(for: error) != .success
            let text = FastDistillCommand.fullMessage(for: error)
            if isUsage { writeError(text + "\n") } else { print(text) }
            exit(isUsage ? ExitStatus.invalid.code : ExitStatus.done.code)
        }
    }
}

/// Ends a command with a status whose reason has been printed.
struct CommandEnd: Error {
    var status: ExitStatus
}

/// Runs a command's work: prints what goes wrong and ends with the documented status.
func reporting(_ work: () throws -> ExitStatus) throws {
    let status: ExitStatus
    do {
        status = try work()
    } catch {
        writeError(renderError(error) + "\n")
        throw CommandEnd(status: ExitStatus(error))
    }
    if status != .done { throw CommandEnd(status: status) }
}
