import DataPlane

/// Asks plugin files what they are, each in a process to throw away.
struct PluginDescriber: Sendable {
    var executable: String
    var timeoutMilliseconds: Int64 = 5000
    var cache: DescriptionCache?

    /// The spec of a file, or why it has none that counts.
    func describe(_ path: String, sha256: String) -> Result<PluginSpec, PluginRefusal> {
        let text: Result<String, PluginRefusal>
        if let known = cache?.description(sha256: sha256) {
            text = known
        } else {
            text = ask(path)
            cache?.remember(text, sha256: sha256)
        }
        return text.flatMap { text in
            do throws(Failure) {
                return .success(try PluginSpec(parsing: text))
            } catch {
                return .failure(PluginRefusal(.badSpec, "its spec is wrong, at \(error.message)"))
            }
        }
    }

    /// The text of the spec of a file, asked of the file itself.
    func ask(_ path: String) -> Result<String, PluginRefusal> {
        let process: WorkerProcess
        do {
            process = try WorkerProcess(executable: executable, arguments: [DescribeMain.command, path])
        } catch {
            return .failure(PluginRefusal(.hung, "the process that describes it cannot be started: \(error.message)"))
        }
        let deadline = monotonicNanoseconds() + UInt64(timeoutMilliseconds) * 1_000_000
        switch process.receive(untilNanoseconds: deadline) {
        case .frame(let frame):
            process.end()
            guard frame.kind == .described, let json = frame.json else { break }
            if let spec = json["spec"]?.string { return .success(spec) }
            if case .refusal(let refusal)? = WorkerFault(json) { return .failure(refusal) }
        case .silence:
            process.end()
            return .failure(
                PluginRefusal(.hung, "it did not say what it is within \(timeoutMilliseconds) ms after it was loaded"))
        case .closed, .woken:
            return .failure(
                PluginRefusal(.crashed, "the process that loaded it to see what it is \(process.end().description)"))
        }
        return .failure(PluginRefusal(.crashed, "the process that loaded it to see what it is said something else"))
    }
}
