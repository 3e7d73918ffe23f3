import DataPlane

extension QualityGates {
    /// Reads a gates file.
    ///
    /// - Throws: ``Failures`` with everything that is wrong, each with its place.
    public static func load(_ path: String) throws(Failures) -> QualityGates {
        let document: YAMLDocument
        do throws(Failure) {
            document = try YAMLDocument.load(path)
        } catch {
            throw Failures([error])
        }
        return try read(document)
    }

    /// Reads the gates out of a document.
    ///
    /// - Throws: ``Failures`` as ``load(_:)`` does.
    public static func read(_ document: YAMLDocument) throws(Failures) -> QualityGates {
        let reading = GateReader(reader: ConfigReader(document))
        let gates = reading.read(document.root)
        try reading.reader.finish()
        return gates
    }
}

private struct GateReader {
    let reader: ConfigReader

    func read(_ root: YAMLNode) -> QualityGates {
        let top = reader.map(root, "the gates file", keys: ["fastdistill", "baseline", "gates"])
        var gates = QualityGates(baseline: .untrainedStudent, gates: [])
        guard case .mapping = root.content else { return gates }
        if let version = top["fastdistill"] {
            if version.json != .int(1) {
                reader.note("this program reads version 1 of the gates file; write fastdistill: 1", at: version)
            }
        } else {
            reader.note("'fastdistill: 1' is missing; it says which version of the gates file this is", at: root)
        }
        let baseline = reader.map(top["baseline"], "'baseline'", keys: ["model"])
        if let model = reader.string(baseline["model"], "'model' of 'baseline'"), model != "untrained_student" {
            gates.baseline = .model(model)
        }
        guard let list = top["gates"] else {
            reader.note("'gates' is missing; write gates: [] for none", at: root)
            return gates
        }
        for node in reader.list(list, "'gates'") { add(node, to: &gates) }
        return gates
    }

    private func add(_ node: YAMLNode, to gates: inout QualityGates) {
        guard let gate = gate(node) else { return }
        let twin = gates.gates.first {
            ($0.metric, $0.rule, $0.figure) == (gate.metric, gate.rule, gate.figure) && $0.against == gate.against
        }
        if let line = twin?.location.line {
            reader.note("this gate stands twice; the first is in line \(line)", at: node)
        }
        gates.gates.append(gate)
    }

    private func gate(_ node: YAMLNode) -> QualityGate? {
        let map = reader.map(
            node, "a gate",
            keys: ["metric", "rule", "against", "value", "figure", "margin", "confidence", "minimum_rows"])
        guard case .mapping = node.content else { return nil }
        let metric = word(map, "metric", required: true).flatMap(QualityGate.Metric.init)
        let rule = word(map, "rule", required: true).flatMap(QualityGate.Rule.init)
        let against = references(map)
        let figure = word(map, "figure", required: false).flatMap(QualityGate.Figure.init)
        let margin = reader.number(map["margin"], "'margin' of a gate", in: 0...1)
        let confidence = reader.number(map["confidence"], "'confidence' of a gate", in: 0.5...0.9999)
        let rows = reader.integer(map["minimum_rows"], "'minimum_rows' of a gate", in: 1...1_000_000_000)
        if rule == .pairedLowerBound {
            if let key = map["figure"] {
                reader.note("'figure' goes with 'rule: point'; paired_lower_bound compares row by row", at: key)
            }
            if against.contains(where: { if case .value = $0 { true } else { false } }) {
                reader.note(
                    "paired_lower_bound compares row by row with another model; with 'against: value' write 'rule: point'",
                    at: map["rule"])
            }
        }
        guard let metric, let rule, !against.isEmpty else { return nil }
        return QualityGate(
            metric: metric, rule: rule, against: against, figure: figure ?? .estimate, margin: margin ?? 0,
            confidence: confidence ?? 0.95, minimumRows: Int(rows ?? 100),
            location: Location(file: reader.document.path, line: node.mark.line, column: node.mark.column))
    }

    private static let words: [String: [String]] = [
        "metric": QualityGate.Metric.allCases.map(\.rawValue), "rule": QualityGate.Rule.allCases.map(\.rawValue),
        "figure": QualityGate.Figure.allCases.map(\.rawValue),
    ]

    private func word(_ map: ConfigReader.Map, _ key: String, required: Bool) -> String? {
        // A key spelled wrong has been reported; that the right one is missing follows from it.
        let isRequired = required && !map.misspelled.contains(key)
        return reader.choice(
            map[key], "'\(key)' of a gate", among: Self.words[key] ?? [], required: isRequired ? map : nil)
    }

    private func references(_ map: ConfigReader.Map) -> [QualityGate.Reference] {
        guard let node = map["against"] else {
            if !map.misspelled.contains("against") { reader.note("'against' of a gate is missing", at: map.node) }
            return []
        }
        var nodes = [node]
        if case .sequence(let elements) = node.content {
            nodes = elements
            if elements.isEmpty { reader.note("'against' of a gate names nothing to compare with", at: node) }
        }
        let value = reader.number(map["value"], "'value' of a gate", in: 0...1)
        let names = nodes.compactMap {
            reader.choice($0, "'against' of a gate", among: ["baseline", "teacher", "previous", "value"])
        }
        if names.contains("value"), map["value"] == nil {
            reader.note("'against: value' needs 'value' with the threshold", at: node)
        }
        if !names.contains("value"), names.count == nodes.count, let value = map["value"] {
            reader.note("'value' goes with 'against: value'", at: value)
        }
        return names.compactMap { name in
            switch name {
            case "baseline": .baseline
            case "teacher": .teacher
            case "previous": .previous
            default: value.map { .value($0) }
            }
        }
    }
}
