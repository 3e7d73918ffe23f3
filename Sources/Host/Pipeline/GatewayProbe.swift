import DataPlane
import InferencePlane

/// What `fastdistill gateway probe` does: asks the providers of a file, and writes down what they can do.
public struct GatewayProbe {
    /// What there is to show.
    public struct Outcome {
        /// A table with a column for each provider that was probed; empty when none was.
        public var table: String
        /// Why providers could not be probed.
        public var failures: [Failure]
        /// Where it is written; nil when nothing was found out.
        public var path: String?
    }

    private let config: ProviderConfig
    private let providers: [Provider]
    private let output: String

    /// - Parameters:
    ///   - path: the providers file.
    ///   - provider: the only one to ask; nil for all of kind `openai`.
    ///   - output: where to write; nil for the file that the providers file names, or the one beside it.
    /// - Throws: ``Failures`` or ``Failure``: the file is wrong, or has nobody to ask, or the output cannot be written.
    public init(providersFile path: String, provider: String?, output: String?) throws {
        config = try ProviderConfig.load(path, readsCapabilities: false)
        let known = config.providers.filter { if case .openai = $0.kind { true } else { false } }
        if let provider, !known.contains(where: { $0.id == provider }) {
            throw Failure(
                "usage",
                "'\(path)' has no provider \(quoted(provider)) of kind openai; "
                    + ConfigReader.suggestion(for: provider, among: known.map(\.id)))
        }
        providers = known.filter { provider == nil || $0.id == provider }
        if providers.isEmpty {
            throw Failure("usage", "'\(path)' has no provider of kind openai; recorded replies need no probe")
        }
        self.output = output.map { absolutePath($0, in: currentFolder()) } ?? config.capsPath
        // Before anything is asked: questions are paid for.
        guard PathKind(parentFolder(of: self.output) + "/") == .folder, PathKind(self.output) != .folder else {
            throw Failure("usage", "\(quoted(self.output)) cannot be written: its folder is missing, or it is a folder")
        }
    }

    /// Asks one provider after the other, and writes what was found out; what is known of others stays in the file.
    ///
    /// - Parameter time: the time of day in UTC.
    /// - Throws: ``Failure`` when the file cannot be read or written.
    public func run(at time: String) throws -> Outcome {
        var caps = PathKind(output) == .file ? try ProviderCaps(reading: output) : ProviderCaps()
        var entries: [ProviderCaps.Entry] = []
        var failures: [Failure] = []
        for provider in providers {
            do {
                guard var probe = try ProviderProbe(provider) else { continue }
                entries.append(try probe.run(at: time))
            } catch {
                failures.append(Failure(error.code, error.message, at: error.location ?? provider.location))
            }
        }
        entries.forEach { caps.set($0) }
        if !entries.isEmpty { try caps.write(to: output) }
        return Outcome(
            table: entries.isEmpty ? "" : CapabilityTable(entries).text, failures: failures,
            path: entries.isEmpty ? nil : output)
    }
}
