import DataPlane

extension ProviderConfig {
    /// Reads a providers file.
    ///
    /// - Parameter readsCapabilities: false to leave out what probes have found, for a probe that writes it anew.
    /// - Throws: every failure of the file, each with its place.
    public static func load(_ path: String, readsCapabilities: Bool = true) throws(Failures) -> ProviderConfig {
        let document: YAMLDocument
        do { document = try YAMLDocument.load(path) } catch { throw Failures([error]) }
        return try read(document, readsCapabilities: readsCapabilities)
    }

    /// Reads a parsed providers file.
    public static func read(
        _ document: YAMLDocument, readsCapabilities: Bool = true
    ) throws(Failures) -> ProviderConfig {
        let config = ProviderConfigReader(document, readsCapabilities: readsCapabilities).config()
        try config.reader.finish()
        return config.value
    }
}

struct ProviderConfigReader {
    let reader: ConfigReader
    let readsCapabilities: Bool

    init(_ document: YAMLDocument, readsCapabilities: Bool) {
        reader = ConfigReader(document)
        self.readsCapabilities = readsCapabilities
    }

    func config() -> (reader: ConfigReader, value: ProviderConfig) {
        let root = reader.map(
            reader.document.root, "the providers file",
            keys: ["fastdistill", "replies", "retry_rejected", "caps", "providers", "roles", "budgets"])
        if let version = root["fastdistill"] {
            if version.json != 1 {
                reader.note("fastdistill must be 1, the only version of this file there is", at: version)
            }
        } else {
            reader.note("fastdistill: 1 is missing; it says which version of this file it is", at: root.node)
        }
        let replies = reader.string(root["replies"], "replies")
        let retriesRejected = reader.bool(root["retry_rejected"], "retry_rejected") ?? false
        var providers = providers(root)
        let capsPath = readCapabilities(root["caps"], of: &providers)
        var value = ProviderConfig(
            path: reader.document.path, repliesPath: replies.map(relativeToFile), retriesRejected: retriesRejected,
            providers: providers, roles: roles(root, providers: providers.map(\.id)))
        value.capsPath = capsPath
        value.budgets = budgets(root["budgets"], value)
        return (reader, value)
    }

    private func location(_ node: YAMLNode) -> Location {
        Location(file: reader.document.path, line: node.mark.line, column: node.mark.column)
    }

    /// Paths in the file are relative to the folder it lies in.
    private func relativeToFile(_ path: String) -> String {
        absolutePath(path, in: parentFolder(of: reader.document.path))
    }

    private func providers(_ root: ConfigReader.Map) -> [Provider] {
        guard let list = root["providers"] else {
            reader.note("providers is missing; list at least one", at: root.node)
            return []
        }
        let nodes = reader.list(list, "providers")
        if case .sequence(let elements) = list.content, elements.isEmpty {
            reader.note("providers is empty; list at least one", at: list)
        }
        var providers: [Provider] = []
        for node in nodes {
            guard let provider = provider(node) else { continue }
            if let first = providers.first(where: { $0.id == provider.id }) {
                let line = first.location.line ?? 0
                reader.note("the provider '\(provider.id)' stands twice; it is already in line \(line)", at: node)
            }
            providers.append(provider)
        }
        return providers
    }

    private func provider(_ node: YAMLNode) -> Provider? {
        let all = reader.map(node, "a provider", keys: nil)
        guard all.members.count > 0 else { return nil }
        guard let id = name(all["id"], "the provider's id", required: all) else { return nil }
        let what = "provider '\(id)'"
        guard let kind = reader.choice(all["kind"], "kind of \(what)", among: ["openai", "replay"], required: all)
        else {
            return nil
        }
        let common = ["id", "kind", "model", "revision", "concurrency"]
        let own =
            kind == "openai"
            ? ["url", "api_key", "share_replies_across_providers", "timeouts", "retry", "limits", "prices"] : ["file"]
        let map = reader.map(node, "\(what) of kind \(kind)", keys: common + own)
        let model = reader.string(map["model"], "model of \(what)", required: map)
        let revision = reader.string(map["revision"], "revision of \(what)") ?? ""
        let concurrency = reader.integer(map["concurrency"], "concurrency of \(what)", in: 1...4096)
        let details: Provider.Kind?
        if kind == "openai" {
            details = endpoint(map, what).map(Provider.Kind.openai)
        } else {
            details = reader.string(map["file"], "file of \(what)", required: map).map {
                .replay(file: relativeToFile($0))
            }
        }
        let prices = kind == "openai" ? prices(map["prices"], what) : nil
        guard let details, let model else { return nil }
        var provider = Provider(
            id: id, kind: details, model: model, revision: revision,
            concurrency: concurrency.map(Int.init), location: location(node))
        provider.prices = prices
        return provider
    }

    private func endpoint(_ map: ConfigReader.Map, _ what: String) -> Endpoint? {
        let url = url(map, what)
        let key = secret(map["api_key"], "api_key of \(what)")
        let shares = reader.bool(map["share_replies_across_providers"], "share_replies_across_providers of \(what)")
        let timeouts = timeouts(map["timeouts"], what)
        let retry = retry(map["retry"], what)
        let limits = reader.map(map["limits"], "limits of \(what)", keys: ["rpm", "tpm"])
        let rpm = reader.integer(limits["rpm"], "rpm of \(what)", in: 1...1_000_000_000)
        let tpm = reader.integer(limits["tpm"], "tpm of \(what)", in: 1...1_000_000_000_000)
        guard let url else { return nil }
        return Endpoint(
            url: url, apiKey: key, sharesReplies: shares ?? false, timeouts: timeouts, retry: retry,
            requestsPerMinute: rpm, tokensPerMinute: tpm)
    }

    private func url(_ map: ConfigReader.Map, _ what: String) -> String? {
        guard let url = reader.string(map["url"], "url of \(what)", required: map) else { return nil }
        guard let scheme = ["https://", "http://"].first(where: url.hasPrefix), url.count > scheme.count else {
            reader.note("url of \(what) must begin with https:// or http:// and name a host", at: map["url"])
            return nil
        }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        if authority.contains("@") {
            reader.note("url of \(what) must not hold a user or password; name a secret in api_key", at: map["url"])
            return nil
        }
        if url.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
            reader.note("url of \(what) must not hold spaces or control characters", at: map["url"])
            return nil
        }
        let path = url.prefix { $0 != "?" }
        if let method = ["/chat/completions", "/embeddings"].first(where: path.hasSuffix) {
            reader.note(
                "url of \(what) must end before '\(method)', which is added to it: \(path.dropLast(method.count))",
                at: map["url"])
            return nil
        }
        // A colon within brackets is one of an IPv6 address.
        let port = authority[(authority.lastIndex(of: "]") ?? authority.startIndex)...].split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false
        ).dropFirst().first
        if let port, !(port.allSatisfy(\.isNumber) && (1...65535).contains(Int(port) ?? 0)) {
            reader.note("the port in the url of \(what) must be a number from 1 to 65535", at: map["url"])
            return nil
        }
        return url
    }

    private func secret(_ node: YAMLNode?, _ what: String) -> SecretReference? {
        guard let node else { return nil }
        guard case .mapping = node.content else {
            // The value is not quoted back: it may be the key itself.
            reader.note(
                "\(what) must name where the key is, {env: NAME} or {file: PATH}; the key never stands here", at: node)
            return nil
        }
        let map = reader.map(node, what, keys: ["env", "file"])
        guard map.members.count == 1 else {
            reader.note("\(what) needs either env or file", at: node)
            return nil
        }
        if let name = reader.string(map["env"], "env in \(what)") {
            return SecretReference(.environment(name), location(node))
        }
        if let path = reader.string(map["file"], "file in \(what)") {
            return SecretReference(.file(relativeToFile(path)), location(node))
        }
        return nil
    }

    private func timeouts(_ node: YAMLNode?, _ what: String) -> Endpoint.Timeouts {
        let map = reader.map(node, "timeouts of \(what)", keys: ["connect", "first_byte", "stall", "total"])
        let timeouts = Endpoint.Timeouts(
            connectMilliseconds: reader.duration(map["connect"], "connect of \(what)") ?? 10_000,
            firstByteMilliseconds: reader.duration(map["first_byte"], "first_byte of \(what)") ?? 300_000,
            stallMilliseconds: reader.duration(map["stall"], "stall of \(what)") ?? 60_000,
            totalMilliseconds: reader.duration(map["total"], "total of \(what)") ?? 600_000)
        return timeouts
    }

    private func retry(_ node: YAMLNode?, _ what: String) -> RetryPolicy {
        let map = reader.map(node, "retry of \(what)", keys: ["attempts", "base", "cap", "give_up_after"])
        let defaults = RetryPolicy()
        return RetryPolicy(
            attempts: reader.integer(map["attempts"], "attempts of \(what)", in: 1...100).map(Int.init)
                ?? defaults.attempts,
            baseMilliseconds: reader.duration(map["base"], "base of \(what)") ?? defaults.baseMilliseconds,
            capMilliseconds: reader.duration(map["cap"], "cap of \(what)") ?? defaults.capMilliseconds,
            giveUpAfterMilliseconds: reader.duration(map["give_up_after"], "give_up_after of \(what)")
                ?? defaults.giveUpAfterMilliseconds)
    }

    /// A name that can stand in headers, events and files.
    private func name(_ node: YAMLNode?, _ what: String, required map: ConfigReader.Map) -> String? {
        guard let name = reader.string(node, what, required: map) else { return nil }
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
            reader.note("\(what) may have letters, digits, '-', '_' and '.' only, not '\(name)'", at: node)
            return nil
        }
        return name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func roles(_ root: ConfigReader.Map, providers: [String]) -> [Role] {
        guard let node = root["roles"] else {
            reader.note("roles is missing; say which provider answers for which role", at: root.node)
            return []
        }
        return reader.map(node, "roles", keys: nil).members.map { key, value in
            let name = key.text ?? ""
            return Role(name: name, members: members(value, role: name, providers: providers))
        }
    }

    private func members(_ node: YAMLNode, role: String, providers: [String]) -> [Role.Member] {
        let what = "role '\(role)'"
        var members: [Role.Member] = []
        for element in reader.list(node, what) {
            let map = reader.map(element, "a provider of \(what)", keys: ["provider", "weight"])
            let weight = reader.integer(map["weight"], "weight in \(what)", in: 0...1_000_000) ?? 1
            guard let provider = reader.string(map["provider"], "provider in \(what)", required: map) else { continue }
            if !providers.contains(provider) {
                let suggestion = ConfigReader.suggestion(for: provider, among: providers)
                reader.note("\(what) names an unknown provider '\(provider)'; \(suggestion)", at: map["provider"])
            } else if members.contains(where: { $0.provider == provider }) {
                reader.note("\(what) names the provider '\(provider)' twice", at: map["provider"])
            }
            members.append(Role.Member(provider: provider, weight: UInt64(weight)))
        }
        if case .sequence = node.content, !members.contains(where: { $0.weight > 0 }) {
            reader.note("\(what) needs a provider with a weight above 0", at: node)
        }
        return members
    }
}
