import DataPlane

extension ProviderConfig {
    /// What of the providers may change results, for the contract hash.
    ///
    /// Ids, kinds, models, revisions, what a probe has found them capable of, the shares of the roles, and the content of
    /// replay files; not URLs, keys, limits, paths or when they were probed.
    ///
    /// - Throws: ``Failure`` when a replay file cannot be read.
    public func facts() throws(Failure) -> JSONValue {
        var described: [JSONValue] = []
        for provider in providers {
            var members: [(String, JSONValue)] = [("id", .string(provider.id))]
            switch provider.kind {
            case .openai: members.append(("kind", "openai"))
            case .replay(let file):
                members += [("kind", "replay"), ("file_sha256", .string(try hashFile(file)))]
            }
            members += [("model", .string(provider.model)), ("revision", .string(provider.revision))]
            if let capabilities = provider.capabilities { members.append(("capabilities", capabilities.json)) }
            described.append(.object(members))
        }
        let shares = roles.map { role in
            (
                role.name,
                JSONValue.array(
                    role.members.map { ["provider": .string($0.provider), "weight": .int(Int64($0.weight))] })
            )
        }
        return ["providers": .array(described), "roles": .object(shares)]
    }
}
