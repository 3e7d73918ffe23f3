import DataPlane

extension GraphCheck {
    /// Ids and artifacts: nothing has the name of something else.
    func checkNames() {
        var ids: [String: Mark] = [:]
        var artifacts: [String: Mark] = [:]
        let sourceNames = graph.source?.columns.map(\.field.name) ?? []
        for node in graph.nodes {
            if let id = node.id {
                if HostColumns.names.contains(id.value) {
                    reader.note("a node cannot be called '\(id.value)': that is a host column", at: id.mark)
                } else if id.value == "source" {
                    reader.note("a node cannot be called 'source': that is what 'from' calls the source", at: id.mark)
                } else if sourceNames.contains(id.value) {
                    reader.note("a node cannot be called '\(id.value)': that is a source column", at: id.mark)
                } else if let first = ids[id.value] {
                    reader.note("two nodes are called '\(id.value)'; the first is in line \(first.line)", at: id.mark)
                } else {
                    ids[id.value] = id.mark
                }
            }
            if let artifact = node.artifact {
                if let first = artifacts[artifact.value] {
                    reader.note(
                        "two nodes write the artifact '\(artifact.value)'; the first is in line \(first.line)",
                        at: artifact.mark)
                } else {
                    artifacts[artifact.value] = artifact.mark
                }
            }
        }
    }

    /// Finds the nodes that each `from` names.
    mutating func findInputs() {
        for (index, node) in graph.nodes.enumerated() {
            guard let names = node.from else {
                guard !node.misspelled.contains("from") else {
                    inputs.append(nil)
                    continue
                }
                inputs.append([index == 0 ? .source : .node(index - 1)])
                continue
            }
            var found: [NodeInput] = []
            for name in names {
                guard let input = findInput(name, of: node, index) else { continue }
                if found.contains(input) {
                    reader.note("\(node.title) reads from '\(name.value)' twice", at: name.mark)
                } else {
                    found.append(input)
                }
            }
            inputs.append(found.isEmpty || found.count < names.count ? nil : found)
        }
    }

    private func findInput(_ name: GraphDocument.Placed<String>, of node: RawNode, _ index: Int) -> NodeInput? {
        if name.value == "source" { return .source }
        switch nodeIndex(name.value) {
        case let above? where above < index: return .node(above)
        case index: reader.note("\(node.title) reads from itself", at: name.mark)
        case .some:
            reader.note(
                "\(node.title) reads from '\(name.value)', which stands below it; move that node above this one",
                at: name.mark)
        case nil:
            // Where ids could not be read, it may be one of those.
            if graph.nodes.contains(where: { $0.id == nil }) { return nil }
            let known = ["source"] + graph.nodes[..<index].compactMap { $0.id?.value }
            reader.note(
                "\(node.title) reads from \(quoted(name.value)), and there is no such node; "
                    + ConfigReader.suggestion(for: name.value, among: known), at: name.mark)
        }
        return nil
    }

    func nodeIndex(_ id: String) -> Int? { graph.nodes.firstIndex { $0.id?.value == id } }

    /// How the nodes hang together: no dead ends, and nothing forks before `identify`.
    func checkShape() {
        guard inputs.allSatisfy({ $0 != nil }) else { return }
        let read = inputs.compactMap { $0 }
        for (index, node) in graph.nodes.enumerated().dropLast()
        where !read.contains(where: { $0.contains(.node(index)) }) {
            reader.note(
                "nobody reads from \(node.title); only the last node's rows are the result",
                at: node.id?.mark ?? node.mark)
        }
        let identifies = graph.nodes.indices.filter { if case .identify = graph.nodes[$0].verb { true } else { false } }
        guard let first = identifies.first else { return }
        for second in identifies.dropFirst() {
            reader.note(
                "a graph has at most one 'identify', and \(graph.nodes[first].title) is one already",
                at: graph.nodes[second].mark)
        }
        checkForks(before: first, read)
    }

    /// Every source row passes `identify`: from the source down to it, each node is read by one node.
    private func checkForks(before identify: Int, _ read: [[NodeInput]]) {
        var below = identify
        while true {
            let title = graph.nodes[identify].title
            let mark = graph.nodes[identify].mark
            guard read[below].count == 1 else {
                return reader.note(
                    "every row has to pass \(title) by one way, and \(graph.nodes[below].title) joins several; "
                        + "put 'identify' above the fork", at: mark)
            }
            let input = read[below][0]
            let readers = read.indices.filter { read[$0].contains(input) }
            guard readers.count == 1 else {
                let name = if case .node(let index) = input { graph.nodes[index].title } else { "the source" }
                let titles = readers.map { graph.nodes[$0].title }.joined(separator: " and ")
                return reader.note(
                    "every row has to pass \(title), and \(name) is read by \(titles); put 'identify' above the fork",
                    at: mark)
            }
            guard case .node(let above) = input else { return }
            below = above
        }
    }
}
