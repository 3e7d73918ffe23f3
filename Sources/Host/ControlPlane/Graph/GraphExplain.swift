import DataPlane

/// What a plan does, for people: the same text for the same plan.
///
/// ```
/// parse  use mail/parse 1.2.3
///   from      teacher
///   reads     text: utf8 <- teacher.text
///   adds      parse.status: utf8 [facet]
///             parse.body: utf8?
///   outcomes  rejected: too_long, plugin_crashed, plugin_memory, plugin_timeout
/// ```
public enum GraphExplain {
    /// Each node with what it reads, adds and how rows can end there.
    public static func text(_ plan: Plan) -> String {
        var lines = ["graph \(plan.name), shards of \(plan.shardRows) rows", ""]
        lines += source(plan.source)
        let gold = GoldColumns(plan)
        for (index, node) in plan.nodes.enumerated() {
            lines.append("")
            lines += describe(node, isLast: index == plan.nodes.count - 1, plan, gold)
        }
        lines += sections(plan)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func source(_ source: SourceDescription) -> [String] {
        var facts = Facts()
        facts.add("files", source.files.map(\.name))
        facts.add("columns", source.columns.map { "\($0.field)\($0.isGold ? ", gold" : "")" })
        switch source.taskID {
        case .constant(let name): facts.add("task_id", [JSONValue.string(name).compact])
        case .column(let name): facts.add("task_id", ["column \(name)"])
        }
        facts.add("row_id", [source.rowID.map { "column \($0)" } ?? "file:line"])
        if let split = source.splitColumn { facts.add("split", ["column \(split)"]) }
        facts.add("outcomes", ["rejected: malformed_row"])
        return ["source  \(source.format.rawValue)"] + facts.lines
    }

    private static func describe(_ node: NodePlan, isLast: Bool, _ plan: Plan, _ gold: GoldColumns) -> [String] {
        var facts = Facts()
        facts.add(
            "from",
            node.inputs.map { input in
                switch input {
                case .source: "source"
                case .node(let index): plan.nodes[index].id
                }
            })
        facts.add("when", node.when.map(\.description))
        switch node.verb {
        case .use(let use):
            if case .object(let options) = use.config, !options.isEmpty {
                facts.add("with", options.map { "\($0.0): \(shown($0.1, $0.0, use.step, plan))" })
            }
            facts.add("reads", use.bindings.map { "\($0.offered) <- \($0.path)\(gold.mark($0.path))" })
            facts.add("sees", use.environment)
            facts.add("adds", adds(use.step.adds, of: node, gold))
            let backstops = use.isolation == .worker ? ["plugin_crashed", "plugin_memory", "plugin_timeout"] : []
            let violations = use.onViolation == .quarantine ? [contractViolationCode] : []
            let codes = use.step.rejects.map(\.code) + violations + backstops
            facts.add("outcomes", codes.isEmpty ? [] : ["rejected: \(codes.joined(separator: ", "))"])
        case .identify(let identify):
            facts.add("decode", [identify.decode])
            facts.add("reads", ["canonical_input <- \(identify.canonicalInput)", contextSchema(identify)])
            facts.add("adds", HostColumns.identity.map(\.description))
            facts.add("outcomes", ["duplicate"])
        case .complete(let complete):
            facts.add("decode", ["\(complete.decode): \(decode(complete.decode, plan))"])
            if let count = complete.likelyTokens { facts.add("logprobs", ["of each token, and \(count) likely ones"]) }
            facts.add("keeps to", complete.constraints.compactMap(Self.fixed))
            facts.add("reads", ["messages <- \(complete.messages)"] + complete.constraints.compactMap(Self.read))
            facts.add("adds", adds(complete.adds.map { ColumnSpec($0) }, of: node, gold))
            let invalid = complete.constraints.contains { Self.read($0) != nil } ? [RowConstraints.rejectCode] : []
            let rejected = invalid + ["what the provider refuses for the row's own sake"]
            facts.add("outcomes", ["deferred", "rejected: \(rejected.joined(separator: ", "))"])
        case .embed(let embed):
            facts.add("reads", ["input <- \(embed.input)"])
            facts.add("adds", adds(EmbedPlan.adds.map { ColumnSpec($0) }, of: node, gold))
            facts.add(
                "outcomes",
                ["deferred", "rejected: \(EmbedExecutor.rejectCode), what the provider refuses for the row's own sake"])
        case .reject(let reject):
            facts.add("rows with", reject.when.map(\.description))
            facts.add("evidence", reject.evidence.map(\.description))
            facts.add("outcomes", ["rejected: \(reject.code)\(reject.isHard ? ", also to hard_samples" : "")"])
        case .select(let select):
            facts.add("keeps", ["\(select.keep) of each sample"])
            facts.add("order", select.order.map { "\($0.path) \($0.isDescending ? "descending" : "ascending")" })
            facts.add("outcomes", ["not_selected"])
        }
        if let artifact = node.artifact { facts.add("artifact", [artifact]) }
        if isLast { facts.add("result", ["kept, artifact distilled"]) }
        return ["\(node.id)  \(verb(node, plan))"] + facts.lines
    }

    /// A constraint that is the same for all rows.
    private static func fixed(_ constraint: CompletePlan.Constraint) -> String? {
        guard case .json(let json) = constraint.source else { return nil }
        return "\(constraint.name): \(json.compact)"
    }

    /// A constraint that a column holds.
    private static func read(_ constraint: CompletePlan.Constraint) -> String? {
        guard case .column(let path) = constraint.source else { return nil }
        return "\(constraint.name) <- \(path)"
    }

    private static func contextSchema(_ plan: IdentifyPlan) -> String {
        if plan.contextSchemas.isEmpty { return "context_schema is the empty text" }
        let otherwise = plan.canLackSchema ? ["the empty text"] : []
        let choices = plan.contextSchemas.map(\.description) + otherwise
        return "context_schema <- " + choices.joined(separator: ", where null ")
    }

    /// The verb with what it is about: `use mail/parse 1.2.3`.
    static func verb(_ node: NodePlan, _ plan: Plan) -> String {
        switch node.verb {
        case .use(let use):
            let plugin = plan.plugins[use.plugin]
            return "use \(plugin.name)/\(use.step.id) \(plugin.spec.version)"
        case .identify: return "identify"
        case .complete(let complete): return "complete, role \(complete.role)"
        case .embed(let embed): return "embed, role \(embed.role)"
        case .reject: return "reject"
        case .select: return "select"
        }
    }

    private static func adds(_ specs: [ColumnSpec], of node: NodePlan, _ gold: GoldColumns) -> [String] {
        let columns = specs.map { spec in
            let tags = spec.tags.isEmpty ? "" : " [\(spec.tags.map(\.rawValue).joined(separator: ", "))]"
            return "\(node.id).\(spec.field)\(tags)\(gold.mark(ColumnPath([node.id])))"
        }
        return columns + (node.when.isEmpty ? [] : ["all null for rows that fail 'when'"])
    }

    /// An option's value: secrets stay secret, resources keep their names.
    private static func shown(_ value: JSONValue, _ name: String, _ step: StepSpec, _ plan: Plan) -> String {
        guard let option = step.options.first(where: { $0.name == name }) else { return value.compact }
        if option.isSecret { return "(secret)" }
        let names = plan.resources.filter { $0.value == value.string }.keys.sorted()
        if option.kind == .resource, let name = names.first { return "resource \(name)" }
        return value.compact
    }

    private static func decode(_ name: String, _ plan: Plan) -> String {
        guard let profile = plan.decode[name] else { return "" }
        return "n \(profile.candidates), \(profile.canonical)"
    }

    /// Lines of a label and values, one below the other.
    struct Facts {
        private(set) var lines: [String] = []

        mutating func add(_ label: String, _ values: [String]) {
            for (index, value) in values.enumerated() {
                let head = index == 0 ? label : ""
                lines.append("  " + head + String(repeating: " ", count: 10 - head.count) + value)
            }
        }
    }
}

extension ColumnTest: CustomStringConvertible {
    /// The test in words: `parse.status equals "ok"`.
    public var description: String {
        switch test {
        case .equals(let value): "\(path) equals \(value)"
        case .not(let value): "\(path) is not \(value)"
        case .isIn(let values): "\(path) is one of \(values.map(\.description).joined(separator: ", "))"
        case .above(let limit): "\(path) is above \(JSONValue.double(limit).compact)"
        case .below(let limit): "\(path) is below \(JSONValue.double(limit).compact)"
        case .present: "\(path) is present"
        case .absent: "\(path) is absent"
        }
    }
}

extension Scalar: CustomStringConvertible {
    /// The constant as JSON.
    public var description: String {
        switch self {
        case .bool(let value): JSONValue.bool(value).compact
        case .int64(let value): JSONValue.int(value).compact
        case .float64(let value): JSONValue.double(value).compact
        case .utf8(let value): JSONValue.string(value).compact
        }
    }
}
