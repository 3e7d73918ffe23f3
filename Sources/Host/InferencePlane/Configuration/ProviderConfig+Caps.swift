import DataPlane

extension ProviderConfigReader {
    /// Gives the providers what a probe has found out about them.
    ///
    /// - Parameter node: `caps: FILE`; without it, the file is looked for beside the providers file.
    /// - Returns: where the file is, or would be.
    func readCapabilities(_ node: YAMLNode?, of providers: inout [Provider]) -> String {
        let beside = absolutePath(ProviderCaps.fileName, in: parentFolder(of: reader.document.path))
        guard let named = node.map({ reader.string($0, "caps") }) else {
            if readsCapabilities, PathKind(beside) == .file { give(beside, to: &providers) }
            return beside
        }
        guard let named else { return beside }
        let path = absolutePath(named, in: parentFolder(of: reader.document.path))
        if !readsCapabilities { return path }
        if PathKind(path) == .file {
            give(path, to: &providers)
        } else {
            reader.note(
                "caps is \(quoted(named)), and there is no such file; 'fastdistill gateway probe' writes it", at: node)
        }
        return path
    }

    private func give(_ path: String, to providers: inout [Provider]) {
        do {
            let caps = try ProviderCaps(reading: path)
            for index in providers.indices where providers[index].endpoint != nil {
                providers[index].capabilities = caps.capabilities(
                    of: providers[index].id, model: providers[index].model)
            }
        } catch {
            reader.note(error)
        }
    }
}
