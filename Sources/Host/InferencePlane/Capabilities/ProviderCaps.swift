import DataPlane

/// The file `provider_caps.json`: what probes have found out about the providers of a providers file.
///
/// ```
/// {"format": "fastdistill.provider_caps/1",
///  "providers": [{"id": "local", "model": "m", "probed_at": "2026-05-01T12:00:00Z",
///                 "server": {"flavour": "llama.cpp", "version": "b1", "models": ["m"]},
///                 "capabilities": {"n": "supported", …}}]}
/// ```
///
/// Only `capabilities` is part of a run's contract: when and on which server they were found is not.
public struct ProviderCaps: Sendable {
    /// What one probe has found.
    public struct Entry: Sendable {
        public var id: String
        /// The model that was asked; for another one the entry says nothing.
        public var model: String
        /// The time of day in UTC, by ISO 8601.
        public var probedAt: String
        public var server: Server
        public var capabilities: Capabilities
    }

    /// What the server says of itself.
    public struct Server: Sendable, Equatable {
        /// `llama.cpp`, `vllm`, `sglang`, or `openai` for any other.
        public var flavour = "openai"
        public var version: String?
        /// Nil when it lists none.
        public var models: [String]?
    }

    public static let fileName = "provider_caps.json"
    static let format = "fastdistill.provider_caps/1"

    public var entries: [Entry] = []

    public init() {}

    /// Reads a file.
    ///
    /// - Throws: ``Failure``: unreadable, not JSON, or not of this format.
    public init(reading path: String) throws(Failure) {
        let bytes = try readFile(path)
        do {
            let json: JSONValue
            do {
                json = try bytes.withUnsafeBytes { try JSONParser().parse($0) }
            } catch let error as JSONSyntaxError {
                throw Failure("caps", "the file is \(error)")
            }
            guard json["format"]?.string == Self.format, let list = json["providers"]?.array else {
                throw Failure("caps", "the file is not of the format \(Self.format)")
            }
            for entry in list { entries.append(try Self.entry(entry)) }
        } catch {
            var failure = error as? Failure ?? Failure("caps", "\(error)")
            failure.message =
                "what is known of providers in '\(path)' cannot be used: \(failure.message); write it anew with "
                + "'fastdistill gateway probe'"
            failure.location = Location(file: path)
            throw failure
        }
    }

    private static func entry(_ json: JSONValue) throws(Failure) -> Entry {
        guard let id = json["id"]?.string, let model = json["model"]?.string, let capabilities = json["capabilities"]
        else { throw Failure("caps", "a provider of the file lacks id, model or capabilities") }
        let server = Server(
            flavour: json["server"]?["flavour"]?.string ?? "openai", version: json["server"]?["version"]?.string,
            models: json["server"]?["models"]?.array?.compactMap(\.string))
        do {
            return Entry(
                id: id, model: model, probedAt: json["probed_at"]?.string ?? "", server: server,
                capabilities: try Capabilities(capabilities))
        } catch {
            throw Failure("caps", "provider '\(id)': \(error.message)")
        }
    }

    /// What is known of a provider; nil when it was never probed with its model.
    public func capabilities(of provider: String, model: String) -> Capabilities? {
        entries.first { $0.id == provider && $0.model == model }?.capabilities
    }

    /// Puts an entry in the place of an older one of the same provider.
    public mutating func set(_ entry: Entry) {
        entries.removeAll { $0.id == entry.id }
        entries.append(entry)
    }

    /// Writes the file; what is there is replaced as a whole.
    public func write(to path: String) throws(Failure) { try replaceFile(path, with: json.pretty) }

    private var json: JSONValue {
        [
            "format": .string(Self.format),
            "providers": .array(
                entries.map { entry in
                    var server: [(String, JSONValue)] = [("flavour", .string(entry.server.flavour))]
                    if let version = entry.server.version { server.append(("version", .string(version))) }
                    if let models = entry.server.models {
                        server.append(("models", .array(models.map { .string($0) })))
                    }
                    return [
                        "id": .string(entry.id), "model": .string(entry.model), "probed_at": .string(entry.probedAt),
                        "server": .object(server), "capabilities": entry.capabilities.json,
                    ]
                }),
        ]
    }
}
