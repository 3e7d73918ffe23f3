import DataPlane

extension GraphReader {
    /// - Parameter models: those of the evaluation, one of which is the reference.
    func readPairs(_ node: YAMLNode, of models: [EvaluateSection.Model]) -> PairsSection? {
        let what = "'pairs' of 'evaluate'"
        let map = reader.map(node, what, keys: ["graph", "columns", "score", "reference"])
        guard case .mapping = node.content else { return nil }
        if map["graph"] == nil {
            missing("graph", in: map, "'graph' of \(what)", "it says how a judge compares two answers")
        }
        let path = readPath(map["graph"], "'graph' of \(what)")
        let score = required(map, "score", of: what).flatMap { columnPath($0, "'score' of \(what)") }
        let columns = readPairColumns(required(map, "columns", of: what), what)
        let asked = models.filter { if case .registry = $0.answerer { false } else { true } }.map(\.role)
        let reference = readReference(map["reference"] ?? node, isGiven: map["reference"] != nil, among: asked, what)
        guard let path, let score, let reference, let graphNode = map["graph"], let scoreNode = map["score"],
            !columns.isEmpty
        else { return nil }
        return PairsSection(
            graph: GraphPlace(path.value, graphNode, reader), score: GraphPlace(score.value, scoreNode, reader),
            columns: columns, reference: reference,
            json: .object((node.json.object ?? []).filter { $0.0 != "graph" }))
    }

    private func readReference(
        _ node: YAMLNode, isGiven: Bool, among asked: [String], _ what: String
    ) -> GraphPlace<String>? {
        if isGiven {
            return reader.choice(node, "'reference' of \(what)", among: asked).map { GraphPlace($0, node, reader) }
        }
        guard asked.contains(PairsSection.usualReference) else {
            reader.note(
                "'pairs' compares with the answers of the baseline, and there is no model 'baseline'; add it, or name "
                    + "another model under 'reference'", at: node)
            return nil
        }
        return GraphPlace(PairsSection.usualReference, node, reader)
    }

    private func readPairColumns(_ node: YAMLNode?, _ what: String) -> [PairsSection.Column] {
        let map = reader.map(node, "'columns' of \(what)", keys: nil)
        if let node, case .mapping = node.content, map.members.isEmpty {
            reader.note("'columns' of \(what) is empty; the judge has to see something of the answers", at: node)
        }
        return map.members.compactMap { key, value in
            let name = key.text ?? ""
            guard isName(name), name != PairMembers.id else {
                reader.note(
                    name == PairMembers.id
                        ? "'id' is what a pair is known by; call the column of \(what) otherwise"
                        : "the column \(quoted(name)) of \(what) must be \(nameRule())", at: key)
                return nil
            }
            return columnPath(value, "the column '\(name)' of \(what)").map {
                PairsSection.Column(name: name, path: GraphPlace($0.value, value, reader))
            }
        }
    }
}
