import CPlatform

/// How a worker process ended, and its last words.
struct ProcessDeath: Sendable, Equatable {
    enum Cause: Sendable, Equatable {
        case signal(Int32)
        case exit(Int32)
        /// By a signal or an exit, after the system had refused it memory.
        case refusedMemory(limitBytes: Int)
        /// The step closed its connection to the host.
        case cutOff
        /// The host killed it: it took longer than it may.
        case timedOut(milliseconds: Int64)
        /// The host killed it: it had more memory than it may.
        case overMemory(limitBytes: Int)
        /// The host killed it: it said something that no worker says, or half of what it should.
        case nonsense
    }

    /// What it was doing.
    enum Phase: Sendable, Equatable {
        case working
        /// The host's own code read the result that the step had pointed to.
        case reading
        /// The step freed its result.
        case releasing
    }

    var cause: Cause
    var lastWords: String
    var phase = Phase.working

    /// The code of the row that is to blame.
    var code: BackstopCode {
        switch cause {
        case .timedOut: .timeout
        case .overMemory, .refusedMemory, .signal(9): .memory
        case .signal, .exit, .cutOff, .nonsense: .crashed
        }
    }

    /// Whether the row that the step was on is the one that is to blame. What is written to the connection, or not, is
    /// noticed later than it was done.
    var isPrompt: Bool {
        switch cause {
        case .cutOff, .nonsense: false
        case .signal, .exit, .refusedMemory, .timedOut, .overMemory: phase == .working
        }
    }

    /// What happened, as the end of "the worker …".
    var summary: String {
        switch cause {
        case .signal(9): "was ended by SIGKILL, which the system sends when memory runs out"
        case .signal(let number): "was ended by \(Self.signalName(number))"
        case .exit(let status): "ended itself with exit status \(status)"
        case .refusedMemory(let limit): "ended for want of memory: the system grants it no more than \(limit >> 20) MiB"
        case .cutOff: "ended because the step had closed the connection to the host"
        case .timedOut(let milliseconds): "was ended after \(milliseconds) ms without progress"
        case .overMemory(let limit): "was ended because it used more than \(limit >> 20) MiB of memory"
        case .nonsense: "was ended because the step wrote to the connection to the host"
        }
    }

    /// The summary and, where there are any, the last words.
    var description: String {
        lastWords.isEmpty ? summary : "\(summary); its standard error ends with:\n\(lastWords)"
    }

    /// The whole sentence, as evidence for a row.
    var evidence: String {
        switch phase {
        case .working: "the worker \(description)"
        case .reading: "while its result was read, the worker \(description)"
        case .releasing: "while its result was released, the worker \(description)"
        }
    }

    init(cause: Cause, lastWords: String) {
        self.cause = cause
        self.lastWords = lastWords
    }

    /// From the status that `waitpid` gave.
    init(status: Int32, lastWords: String) {
        var code: Int32 = 0
        let hasExited = fdplatform_exited(status, &code) == 1
        let isCutOff = hasExited && code == Int32(fdplatform_cut_off)
        self.init(cause: isCutOff ? .cutOff : hasExited ? .exit(code) : .signal(code), lastWords: lastWords)
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
