import DataPlane

extension GraphCheck {
    func checkIdentify(
        _ decode: GraphDocument.Placed<String>?, _ node: RawNode, in scope: Scope, _ output: inout Scope
    ) -> NodeVerb? {
        let isRepeated = scope.column(HostColumns.identity[0].name) != nil
        if !isRepeated {
            output.columns.insert(
                contentsOf: HostColumns.identity.map { Scope.Column(name: $0.name, type: $0.type, origin: .host) },
                at: min(HostColumns.source.count, output.columns.count))
        }
        checkRowsAreWhole(node, in: scope)
        let profile = checkDecode(decode, node)
        let input = scope.find(tag: .canonicalInput)
        if input == nil {
            reader.note(
                "\(node.title) needs a column tagged 'canonical_input' upstream, and no step there adds one",
                at: node.mark)
        }
        let canonical = checkCanonicalInput(input, node, in: scope)
        let (schemas, canLackSchema) = checkContextSchemas(node, in: scope)
        guard let profile, let canonical else { return nil }
        return .identify(
            IdentifyPlan(
                decode: profile, canonicalInput: canonical, contextSchemas: schemas, canLackSchema: canLackSchema))
    }

    /// Ids are of source rows, so none may have become several before.
    private func checkRowsAreWhole(_ node: RawNode, in scope: Scope) {
        let above = Set(scope.upstream.compactMap { graph.nodes[$0].id?.value })
        for plan in nodes where above.contains(plan.id) {
            guard case .use(let use) = plan.verb, use.step.cardinality == .many else { continue }
            reader.note(
                "\(node.title) gives ids to source rows, and node '\(plan.id)' makes several rows of one; put it below",
                at: node.mark)
        }
    }

    /// The text that ids are made of; it is never null.
    private func checkCanonicalInput(_ lookup: Scope.Lookup?, _ node: RawNode, in scope: Scope) -> ColumnPath? {
        guard case .found(let found) = lookup, isText(found, .canonicalInput, node) else { return nil }
        if case .possible(let reason) = nullability(of: found.path, in: scope) {
            // `identify` has no `when`, so that only rejecting helps.
            reader.note(
                "\(node.title) hashes '\(found.path)' (tagged '\(ColumnTag.canonicalInput.rawValue)'), which can be null "
                    + "here: \(reason); reject the rows without it", at: node.mark)
            return nil
        }
        return found.path
    }

    /// The columns that hold the context schema of a row, nearest first, up to one that is never null.
    private func checkContextSchemas(_ node: RawNode, in scope: Scope) -> ([ColumnPath], canLackSchema: Bool) {
        var paths: [ColumnPath] = []
        for case .found(let found) in scope.findAll(tag: .contextSchema) where isText(found, .contextSchema, node) {
            paths.append(found.path)
            if nullability(of: found.path, in: scope) == .never { return (paths, false) }
        }
        return (paths, true)
    }

    private func isText(_ found: Scope.Found, _ tag: ColumnTag, _ node: RawNode) -> Bool {
        if found.type == .utf8 { return true }
        reader.note(
            "\(node.title) hashes '\(found.path)' (tagged '\(tag.rawValue)'), which must be utf8 and is \(found.type)",
            at: node.mark)
        return false
    }

    func checkComplete(
        _ complete: RawVerb.Complete, _ node: RawNode, _ index: Int, in scope: Scope, _ output: inout Scope
    ) -> NodeVerb? {
        let adds = CompletePlan.adds(
            tellsTokens: complete.likelyTokens != nil,
            offersTools: complete.constraints.contains { $0.name == "tools" }, tellsReasoning: complete.tellsReasoning)
        addColumn(adds.map { ColumnSpec($0) }, of: node, index, isTainted: false, to: &output)
        refuseUnknownNames(["messages"], title: "'complete' of \(node.title)", node)
        let profile = checkDecode(complete.decode, node)
        checkAsking(complete.role, node, at: complete.mark, in: scope)
        let constraints = complete.constraints.compactMap { checkConstraint($0, node, in: scope) }
        guard let messages = checkMessages(complete, node, in: scope), let profile, let role = complete.role else {
            return nil
        }
        var plan = CompletePlan(role: role.value, decode: profile, messages: messages)
        (plan.constraints, plan.likelyTokens) = (constraints, complete.likelyTokens)
        plan.tellsReasoning = complete.tellsReasoning
        return .complete(plan)
    }

    /// What every node needs that asks a model.
    private func checkAsking(_ role: GraphDocument.Placed<String>?, _ node: RawNode, at mark: Mark, in scope: Scope) {
        let isMissing = graph.yaml.root.member("providers") == nil && !graph.incomplete.contains("'providers'")
        if isMissing {
            reader.note(
                "\(node.title) asks a model, and 'providers' is missing; it names the file of providers", at: mark)
        } else if let role, let roles, !roles.contains(role.value) {
            reader.note(
                "the providers file has no role \(quoted(role.value)); "
                    + ConfigReader.suggestion(for: role.value, among: roles), at: role.mark)
        }
        let isIdentified = scope.upstream.contains { if case .identify = graph.nodes[$0].verb { true } else { false } }
        if !isIdentified, scope.isUpstreamKnown {
            reader.note(
                "\(node.title) asks a model and needs an 'identify' node upstream, so that no sample is paid for twice",
                at: mark)
        }
    }

    func checkEmbed(
        _ embed: RawVerb.Embed, _ node: RawNode, _ index: Int, in scope: Scope, _ output: inout Scope
    ) -> NodeVerb? {
        addColumn(EmbedPlan.adds.map { ColumnSpec($0) }, of: node, index, isTainted: false, to: &output)
        checkAsking(embed.role, node, at: embed.mark, in: scope)
        guard let input = embed.input, let found = find(input, in: scope, for: node) else { return nil }
        let what = "\(node.title) embeds '\(found.path)'"
        if found.type != .utf8 {
            reader.note("\(what), which must be utf8 and is \(found.type)", at: input.mark)
        } else if case .possible(let reason) = nullability(of: found.path, in: scope) {
            reader.note("\(what), which can be null here: \(reason); \(remedy(for: found.path))", at: input.mark)
        } else if found.isTainted {
            reader.note("\(what), \(taint(found.path)); no model may see gold", at: input.mark)
        }
        return embed.role.map { .embed(EmbedPlan(role: $0.value, input: found.path)) }
    }

    private func checkConstraint(
        _ constraint: RawVerb.RawConstraint, _ node: RawNode, in scope: Scope
    ) -> CompletePlan.Constraint? {
        switch constraint.source {
        case .hidden: return nil
        case .json(let json): return .init(name: constraint.name, source: .json(json))
        case .column(let path):
            guard let found = find(path, in: scope, for: node) else { return nil }
            let what = "'\(constraint.key)' of \(node.title) reads '\(found.path)'"
            if found.type != .utf8 {
                reader.note("\(what), which must be utf8 that holds JSON and is \(found.type)", at: path.mark)
            } else if found.isTainted {
                reader.note("\(what), \(taint(found.path)); no model may see gold", at: path.mark)
            }
            return .init(name: constraint.name, source: .column(found.path))
        }
    }

    private func checkMessages(_ complete: RawVerb.Complete, _ node: RawNode, in scope: Scope) -> ColumnPath? {
        var mark = complete.mark
        let found: Scope.Found
        if let binding = node.bindings.first(where: { $0.name.value == "messages" }) {
            guard let path = binding.path, let column = find(path, in: scope, for: node) else { return nil }
            (found, mark) = (column, path.mark)
        } else {
            if node.misspelled.contains("in") { return nil }
            switch scope.find(tag: .messages) {
            case .found(let column): found = column
            case .hidden, .missing: return nil
            case nil:
                reader.note(
                    "\(node.title) needs messages, and no column upstream is tagged 'messages'; "
                        + "add a step that makes them, or name one with in: {messages: COLUMN}", at: mark)
                return nil
            }
        }
        let what = "\(node.title) asks with '\(found.path)'"
        guard found.type.fits(.messages) else {
            reader.note("\(what), which must be \(DataType.messages) and is \(found.type)", at: mark)
            return nil
        }
        if case .possible(let reason) = nullability(of: found.path, in: scope) {
            reader.note("\(what), which can be null here: \(reason); \(remedy(for: found.path))", at: mark)
            return nil
        }
        if found.isTainted {
            reader.note("\(what), \(taint(found.path)); no model may see gold", at: mark)
            return nil
        }
        return found.path
    }

    func checkReject(_ reject: RawVerb.Reject, _ node: RawNode, in scope: Scope, _ output: inout Scope) -> NodeVerb? {
        let when = checkTests(reject.when, in: scope, node)
        if let when {
            if when.count == 1, let known = when[0].negation { output.known.insert(known) }
        } else {
            output.known.isComplete = false
        }
        let evidence = reject.evidence.compactMap { find($0, in: scope, for: node)?.path }
        guard let when, let code = reject.code else { return nil }
        return .reject(RejectPlan(when: when, code: code, evidence: evidence, isHard: reject.isHard))
    }

    func checkSelect(_ select: RawVerb.Select, _ node: RawNode, in scope: Scope) -> NodeVerb? {
        var order: [SelectPlan.Order] = []
        for (path, isDescending) in select.order {
            guard let found = find(path, in: scope, for: node) else { continue }
            if found.type.isComparable {
                order.append(SelectPlan.Order(path: found.path, isDescending: isDescending))
            } else {
                reader.note("rows cannot be ordered by '\(found.path)', which is \(found.type)", at: path.mark)
            }
        }
        return .select(SelectPlan(order: order, keep: select.keep))
    }

    /// The name of a decode profile that there is.
    private func checkDecode(_ name: GraphDocument.Placed<String>?, _ node: RawNode) -> String? {
        guard let name else { return nil }
        if graph.decode[name.value] != nil { return name.value }
        noteUnknown(
            name.value, "\(node.title) uses the decode profile", in: "'decode'", among: graph.decode.keys.sorted(),
            at: name.mark)
        return nil
    }
}

extension YAMLNode {
    /// The value of a key of a map.
    func member(_ key: String) -> YAMLNode? {
        guard case .mapping(let members) = content else { return nil }
        return members.first { $0.key.text == key }?.value
    }
}
