extension DistillationOptions {
    /// The command line of this run, as one would type it: what it takes to go on with it.
    var commandLine: String {
        var words = [invokedProgram, "run", graphPath]
        if runsDirectory != "runs" { words += ["--runs", runsDirectory] }
        if let runID { words += ["--run-id", runID] }
        if let providersPath { words += ["--providers", providersPath] }
        if let repliesPath { words += ["--replies", repliesPath] }
        // What was updated once is locked when the run goes on.
        if lock != .none { words.append("--locked") }
        for path in pluginPaths { words += ["--plugin-path", path] }
        return words.map(Self.quoted).joined(separator: " ")
    }

    /// In single quotes where a shell would take a character for its own (POSIX.1-2024, XCU 2.2.2).
    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "+")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "%"):
                true
            default: false
            }
        }
        return isPlain && !word.isEmpty
            ? word
            : "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: #"'\''"#) + "'"
    }
}
