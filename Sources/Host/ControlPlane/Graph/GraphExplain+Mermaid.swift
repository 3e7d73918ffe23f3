import DataPlane

extension GraphExplain {
    /// The plan as a Mermaid flowchart: nodes with their verbs, artifacts behind dotted arrows.
    public static func mermaid(_ plan: Plan) -> String {
        var lines = ["flowchart TD"]
        let files = plan.source.files.map(\.name).joined(separator: ", ")
        lines.append("  source[(\"\(escape(files))\")]")
        // Numbers instead of ids: `end` and others mean something to Mermaid.
        for (index, node) in plan.nodes.enumerated() {
            var label = ["<b>\(node.id)</b>", escape(verb(node, plan))]
            if !node.when.isEmpty { label.append(escape("when " + tests(node.when))) }
            if case .reject(let reject) = node.verb { label.append(escape("\(tests(reject.when)): \(reject.code)")) }
            let text = label.joined(separator: "<br/>")
            // Nodes that take rows out are hexagons.
            switch node.verb {
            case .use, .complete, .embed: lines.append("  n\(index)[\"\(text)\"]")
            case .identify, .reject, .select: lines.append("  n\(index){{\"\(text)\"}}")
            }
        }
        for (index, node) in plan.nodes.enumerated() {
            for input in node.inputs {
                switch input {
                case .source: lines.append("  source --> n\(index)")
                case .node(let above): lines.append("  n\(above) --> n\(index)")
                }
            }
            if let artifact = node.artifact { lines.append("  n\(index) -.-> a\(index)[(\"\(artifact)\")]") }
        }
        lines.append("  n\(plan.nodes.count - 1) --> distilled[(\"distilled\")]")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func tests(_ tests: [ColumnTest]) -> String {
        tests.map(\.description).joined(separator: " and ")
    }

    /// Mermaid reads HTML entities, with # for &.
    private static func escape(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\"": "#quot;"
            case "#": "#35;"
            case "<": "#lt;"
            case ">": "#gt;"
            default: String(character)
            }
        }.joined()
    }
}
