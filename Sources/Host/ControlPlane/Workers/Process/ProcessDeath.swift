/// How a worker process ended, and its last words.
struct ProcessDeath: Sendable, Equatable {
    enum Cause: Sendable, Equatable {
        case signal(Int32)
        case exit(Int32)
        /// The host killed it: it took longer than it may.
        case timedOut(milliseconds: Int64)
        /// The host killed it: it had more memory than it may.
        case overMemory(limitBytes: Int)
        /// The host killed it: it said something that no worker says.
        case nonsense
    }

    var cause: Cause
    var lastWords: String

    /// The code of the row that is to blame.
    var code: BackstopCode {
        switch cause {
        case .timedOut: .timeout
        case .overMemory, .signal(9): .memory
        case .signal, .exit, .nonsense: .crashed
        }
    }

    /// What happened, as the end of "the worker …".
    var summary: String {
        switch cause {
        case .signal(9): "was ended by SIGKILL, which the system sends when memory runs out"
        case .signal(let number): "was ended by \(Self.signalName(number))"
        case .exit(let status): "ended itself with exit status \(status)"
        case .timedOut(let milliseconds): "was ended after \(milliseconds) ms without progress"
        case .overMemory(let limit): "was ended because it used more than \(limit >> 20) MiB of memory"
        case .nonsense: "was ended because it wrote to the host's connection"
        }
    }

    /// The summary and, where there are any, the last words.
    var description: String {
        lastWords.isEmpty ? summary : "\(summary); its standard error ends with:\n\(lastWords)"
    }

    /// `SIGSEGV` for 11, by signal(7) for x86 and ARM.
    static func signalName(_ number: Int32) -> String {
        let names: [Int32: String] = [
            1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
            9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
            24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
        ]
        return names[number] ?? "signal \(number)"
    }
}
