import DataPlane

extension DistillationOptions {
    /// The command line of this run, as one would type it: what it takes to go on with it.
    var commandLine: String {
        if let part { return part.commandLine }
        var words = [invokedProgram, "run", graphPath]
        if runsDirectory != "runs" { words += ["--runs", runsDirectory] }
        if let runID { words += ["--run-id", runID] }
        if let providersPath { words += ["--providers", providersPath] }
        if let repliesPath { words += ["--replies", repliesPath] }
        if models != "models" { words += ["--models", models] }
        if let student { words += ["--as", student] }
        // What was updated once is locked when the run goes on.
        if lock != .none { words.append("--locked") }
        for path in pluginPaths { words += ["--plugin-path", path] }
        return words.map(shellWord).joined(separator: " ")
    }
}
