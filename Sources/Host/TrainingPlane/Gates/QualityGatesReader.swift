import DataPlane

/// Reads the gates out of a document, and notes what is wrong with it.
struct QualityGatesReader {
    let reader: ConfigReader

    /// More than anybody means; a decision says each of them on the terminal.
    private static let mostGates = 1000

    func read(_ root: YAMLNode) -> QualityGates {
        let top = reader.map(
            root, "the gates file", keys: ["fastdistill", "baseline", "gates", "maximum_contamination"])
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
        gates.maximumContamination = reader.number(
            top["maximum_contamination"], "'maximum_contamination'", in: 0...1)
        guard let list = top["gates"] else {
            reader.note("'gates' is missing; it lists what a student has to pass", at: root)
            return gates
        }
        let nodes = reader.list(list, "'gates'")
        if nodes.count > Self.mostGates {
            reader.note(
                "a gates file has at most \(Self.mostGates) gates, and this one has \(nodes.count); remove those from here on",
                at: nodes[Self.mostGates])
        }
        var known = Known()
        for node in nodes.prefix(Self.mostGates) { add(node, to: &gates, &known) }
        if case .sequence = list.content, nodes.isEmpty, top["maximum_contamination"] == nil {
            reader.note(
                "there is no gate, so that any student would pass; write one, or leave 'gates' out of the graph",
                at: list)
        }
        return gates
    }

    /// What can be said of the gates so far without going through them.
    private struct Known {
        /// Lines of the first with a name, and with values as canonical JSON.
        var names: [String: Int] = [:]
        var values: [String: Int] = [:]
        var counts: [QualityGate.Metric: Int] = [:]
    }

    private func add(_ node: YAMLNode, to gates: inout QualityGates, _ known: inout Known) {
        guard let gate = gate(node, known.counts) else { return }
        let values = gate.values.canonical
        defer {
            known.names[gate.name] = known.names[gate.name] ?? node.mark.line
            known.values[values] = known.values[values] ?? node.mark.line
            known.counts[gate.metric, default: 0] += 1
        }
        if let line = known.values[values] {
            reader.note("this gate stands twice; the first is in line \(line)", at: node)
        } else if let line = known.names[gate.name] {
            reader.note(
                "this gate is called \(quoted(gate.name)), as the one in line \(line) is; give it another 'name'",
                at: node)
        } else if gate.name == QualityGates.contaminationName {
            reader.note("the name '\(gate.name)' is that of the gate 'maximum_contamination'; choose another", at: node)
        }
        gates.gates.append(gate)
    }

    private func gate(_ node: YAMLNode, _ counts: [QualityGate.Metric: Int]) -> QualityGate? {
        let map = reader.map(
            node, "a gate",
            keys: [
                "name", "metric", "rule", "against", "value", "figure", "margin", "confidence", "minimum_rows",
                "at_least", "at_most",
            ])
        guard case .mapping = node.content else { return nil }
        let name = plainText(map["name"], "'name' of a gate")
        let confidence = reader.number(map["confidence"], "'confidence' of a gate", in: 0.5...0.9999)
        let rows = reader.integer(map["minimum_rows"], "'minimum_rows' of a gate", in: 1...1_000_000_000)
        guard
            let (metric, condition) = map["at_least"] != nil || map["at_most"] != nil ? bound(map) : comparison(map)
        else { return nil }
        // The second gate of a metric is online_win_rate-2.
        let count = counts[metric, default: 0] + 1
        return QualityGate(
            name: name ?? (count == 1 ? metric.name : "\(metric.name)-\(count)"), metric: metric, rule: condition.rule,
            against: condition.against,
            figure: condition.figure, margin: condition.margin, confidence: confidence ?? 0.95,
            minimumRows: Int(rows ?? 100),
            location: Location(file: reader.document.path, line: node.mark.line, column: node.mark.column))
    }

    /// What a decision shows on its line: a line end in it would begin a line that looks like another gate's.
    private func plainText(_ node: YAMLNode?, _ what: String, required map: ConfigReader.Map? = nil) -> String? {
        guard let text = reader.filledString(node, what, required: map) else { return nil }
        let ends: Set<Unicode.GeneralCategory> = [.control, .lineSeparator, .paragraphSeparator]
        guard text.unicodeScalars.allSatisfy({ !ends.contains($0.properties.generalCategory) }) else {
            reader.note("\(what) has a control character; write plain text", at: node)
            return nil
        }
        return text
    }

    /// What a metric is held against.
    private struct Condition {
        var rule: QualityGate.Rule
        var against: [QualityGate.Reference]
        var figure = QualityGate.Figure.estimate
        var margin = 0.0
    }

    /// A number that any metric can be held against.
    private func bound(_ map: ConfigReader.Map) -> (QualityGate.Metric, Condition)? {
        let keys = ["at_least", "at_most"].filter { map[$0] != nil }
        if keys.count == 2 { reader.note("a gate has 'at_least' or 'at_most'; write two gates", at: map["at_most"]) }
        for key in ["rule", "against", "value", "figure", "margin"] where map[key] != nil {
            reader.note("'\(key)' does not go with '\(keys[0])', which is the whole rule", at: map[key])
        }
        let value = reader.number(map[keys[0]], "'\(keys[0])' of a gate", in: -1e15...1e15)
        let isMisspelled = map.misspelled.contains("metric")
        guard let name = plainText(map["metric"], "'metric' of a gate", required: isMisspelled ? nil : map),
            let value, let rule = QualityGate.Rule(rawValue: keys[0])
        else { return nil }
        return (QualityGate.Metric(named: name), Condition(rule: rule, against: [.value(value)]))
    }

    /// A comparison with other models, or with a value.
    private func comparison(_ map: ConfigReader.Map) -> (QualityGate.Metric, Condition)? {
        let metric = comparableMetric(map)
        let rules = [QualityGate.Rule.point, .pairedLowerBound].map(\.rawValue)
        let rule = word(map, "rule", among: rules, required: true).flatMap(QualityGate.Rule.init)
        let against = references(map)
        let figures = QualityGate.Figure.allCases.map(\.rawValue)
        let figure = word(map, "figure", among: figures, required: false).flatMap(QualityGate.Figure.init)
        let margin = reader.number(map["margin"], "'margin' of a gate", in: 0...1)
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
        return (
            metric, Condition(rule: rule, against: against, figure: figure ?? .estimate, margin: margin ?? 0)
        )
    }

    private func comparableMetric(_ map: ConfigReader.Map) -> QualityGate.Metric? {
        let isRequired = !map.misspelled.contains("metric")
        guard let name = reader.string(map["metric"], "'metric' of a gate", required: isRequired ? map : nil) else {
            return nil
        }
        let known = QualityGate.Metric.comparable.map(\.name)
        guard known.contains(name) else {
            let isNear = ConfigReader.nearest(to: name, among: known) != nil
            reader.note(
                "'metric' of a gate cannot be \(quoted(name)); \(ConfigReader.suggestion(for: name, among: known))"
                    + (isNear ? "" : "; any other takes 'at_least' or 'at_most' instead of a rule"),
                at: map["metric"])
            return nil
        }
        return QualityGate.Metric(named: name)
    }

    private func word(_ map: ConfigReader.Map, _ key: String, among words: [String], required: Bool) -> String? {
        // A key spelled wrong has been reported; that the right one is missing follows from it.
        let isRequired = required && !map.misspelled.contains(key)
        return reader.choice(map[key], "'\(key)' of a gate", among: words, required: isRequired ? map : nil)
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
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            reader.note("'against' of a gate names \(quoted(name)) twice", at: node)
        }
        if names.contains("value"), map["value"] == nil {
            reader.note("'against: value' needs 'value' with the threshold", at: node)
        }
        if !names.contains("value"), names.count == nodes.count, let value = map["value"] {
            reader.note("'value' goes with 'against: value'", at: value)
        }
        return names.compactMap { name in
            ModelRole(rawValue: name).map { .model($0) } ?? value.map { .value($0) }
        }
    }
}
