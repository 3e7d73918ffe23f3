import DataPlane

/// Reads the parts of a graph file (Docs/specs/graph.md) and notes what is wrong with them.
struct GraphReader {
    typealias Placed = GraphDocument.Placed

    static let keys = [
        "fastdistill", "name", "plugins", "source", "resources", "providers", "decode", "gates", "train", "serve",
        "evaluate", "shard_rows", "nodes",
    ]

    let reader: ConfigReader
    /// Where relative paths start.
    let folder: String
    var graph: GraphDocument

    static func read(_ yaml: YAMLDocument) -> GraphDocument {
        var reader = GraphReader(
            reader: ConfigReader(yaml), folder: parentFolder(of: yaml.path), graph: GraphDocument(yaml))
        reader.readTop()
        reader.graph.failures = reader.reader.failures
        return reader.graph
    }

    private mutating func readTop() {
        let top = reader.map(graph.yaml.root, "the graph", keys: Self.keys)
        guard case .mapping = graph.yaml.root.content else { return }
        for section in top.misspelled { graph.incomplete.insert("'\(section)'") }
        readVersion(top)
        if let name = requiredString(top, "name", "'name'") {
            if isName(name, hyphens: true) {
                graph.name = name
            } else {
                reader.note("the name \(quoted(name)) must be \(nameRule(hyphens: true))", at: top["name"])
            }
        }
        readPlugins(top["plugins"])
        readSource(top)
        readResources(top["resources"])
        graph.providers = readPath(top["providers"], "'providers'")
        graph.gates = readPath(top["gates"], "'gates'")
        readDecode(top["decode"])
        if let rows = reader.integer(top["shard_rows"], "'shard_rows'", in: 1...100_000_000) {
            graph.shardRows = Int(rows)
        }
        readNodes(top)
        readTrain(top["train"])
        readServe(top["serve"])
        readEvaluate(top["evaluate"])
    }

    private func readVersion(_ top: ConfigReader.Map) {
        guard let node = top["fastdistill"] else {
            return missing("fastdistill", in: top, "'fastdistill: 1'", "it says which version of the language this is")
        }
        guard node.json != .int(1) else { return }
        reader.note("this program reads version 1 of the graph language; write fastdistill: 1", at: node)
    }

    private mutating func readPlugins(_ node: YAMLNode?) {
        for (key, value) in named(node, "'plugins'") {
            guard let name = pluginName(key) else { continue }
            var range: VersionRange?
            if let text = reader.string(value, "the version range of plugin '\(name)'") {
                do { range = try VersionRange(parsing: text) } catch { reader.note(error.message, at: value) }
            }
            graph.plugins.append(
                PluginRequest(name: name, range: range, location: graph.location(value.mark), mark: value.mark))
        }
    }

    private mutating func pluginName(_ node: YAMLNode) -> PluginName? {
        if let name = node.text.flatMap(PluginName.init) { return name }
        graph.incomplete.insert("'plugins'")
        reader.note("the plugin name \(quoted(node.text ?? "")) must be \(PluginName.rule)", at: node)
        return nil
    }

    private mutating func readResources(_ node: YAMLNode?) {
        for (key, value) in named(node, "'resources'") {
            guard let name = name(key, "resource", in: "'resources'") else { continue }
            let path = readPath(value, "resource '\(name)'", folders: true)
            // Without its path it is still known by name, so that nothing is said about nodes that use it.
            graph.resources.append((Placed(name, key), path ?? Placed("", value)))
        }
    }

    /// The absolute path of a file that exists.
    func readPath(_ node: YAMLNode?, _ what: String, folders: Bool = false) -> Placed<String>? {
        guard let node, let text = reader.string(node, what) else { return nil }
        guard !text.isEmpty else {
            reader.note("\(what) is empty; it must be a path", at: node)
            return nil
        }
        let path = absolutePath(text, in: folder)
        switch PathKind(path) {
        case .file: return Placed(path, node)
        case .folder where folders: return Placed(path, node)
        case .folder: reader.note("\(what) is \(quoted(text)), and that is a folder; name a file", at: node)
        case .other: reader.note("\(what) is \(quoted(text)), and that is neither a file nor a folder", at: node)
        case nil:
            let place = path.utf8.count < 1024 ? " (looked for \(path))" : ""
            reader.note("\(what) is \(quoted(text)), and there is no such file\(place)", at: node)
        }
        return nil
    }

    /// The members of a map of things by name.
    mutating func named(_ node: YAMLNode?, _ what: String) -> [(key: YAMLNode, value: YAMLNode)] {
        let map = reader.map(node, what, keys: nil)
        if let node, map.members.isEmpty, node.kind != "a map" { graph.incomplete.insert(what) }
        return map.members
    }

    /// A key that is a name. Where one is not, any name that is not found may have been meant.
    mutating func name(_ node: YAMLNode, _ what: String, in section: String) -> String? {
        guard let name = node.text, isName(name) else {
            graph.incomplete.insert(section)
            reader.note("the \(what) name \(quoted(node.text ?? "")) must be \(nameRule())", at: node)
            return nil
        }
        return name
    }

    /// Notes that something is not there, unless a key spelled wrong has been reported in its place.
    func missing(_ key: String, in map: ConfigReader.Map, _ what: String, _ purpose: String? = nil) {
        guard !map.misspelled.contains(key) else { return }
        reader.note("\(what) is missing\(purpose.map { "; \($0)" } ?? "")", at: map.node)
    }

    /// The value of a key that has to be there.
    func required(_ map: ConfigReader.Map, _ key: String, of what: String) -> YAMLNode? {
        if map[key] == nil { missing(key, in: map, "'\(key)' of \(what)") }
        return map[key]
    }

    func requiredString(_ map: ConfigReader.Map, _ key: String, _ what: String) -> String? {
        if map[key] == nil { missing(key, in: map, what) }
        return reader.string(map[key], what)
    }

    /// A path of columns: `teacher.text`.
    func columnPath(_ node: YAMLNode, _ what: String) -> Placed<ColumnPath>? {
        guard case .scalar(let text, _) = node.content else {
            reader.note("\(what) must be a column such as teacher.text, not \(node.kind)", at: node)
            return nil
        }
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy({ !$0.isEmpty }) else {
            reader.note("\(what) is \(quoted(text)); a column is named by names with dots between them", at: node)
            return nil
        }
        return Placed(ColumnPath(names), node)
    }
}

extension GraphDocument.Placed {
    init(_ value: Value, _ node: YAMLNode) { self.init(value: value, mark: node.mark) }
}

/// Whether a text is `[a-z][a-z0-9_]*`, with hyphens also `-` after the first letter.
func isName(_ text: String, hyphens: Bool = false) -> Bool {
    guard let first = text.utf8.first, (97...122).contains(first) else { return false }
    return text.utf8.allSatisfy {
        (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
            || hyphens && $0 == UInt8(ascii: "-")
    }
}

func nameRule(hyphens: Bool = false) -> String {
    "a lower-case letter, then lower-case letters, digits\(hyphens ? ", _ and -" : " and _")"
}
