import DataPlane

extension GraphCheck {
    struct Bound {
        var bindings: [UsePlan.Binding] = []
        var readsTainted = false
    }

    /// Finds the columns that a step reads, under the names of its spec.
    func checkBindings(
        _ step: StepSpec, title: String, _ use: RawVerb.Use, _ node: RawNode, in scope: Scope
    ) -> Bound {
        let names = node.bindings.map(\.name.value)
        if step.readsMore == nil {
            refuseUnknownNames(step.reads.map(\.field.name), title: title, node)
        } else {
            for binding in node.bindings where !ColumnSpec.isName(binding.name.value) {
                reader.note(
                    "\(title) cannot read a column as \(quoted(binding.name.value)): \(ColumnSpec.nameRule)",
                    at: binding.name.mark)
            }
        }
        var bound = Bound()
        for read in step.reads(naming: names) {
            guard let (found, mark) = findRead(read, of: step, title: title, use, node, in: scope) else { continue }
            let wanted = read.field
            let what = "\(title) reads '\(wanted.name)'"
            guard found.type.fits(wanted.type) else {
                reader.note("\(what) as \(wanted.type), and '\(found.path)' is \(found.type)", at: mark)
                continue
            }
            let nullability = nullability(of: found.path, in: scope)
            if !wanted.nullable, case .possible(let reason) = nullability {
                reader.note(
                    "\(what), which cannot be null, and '\(found.path)' can be null here: \(reason); "
                        + remedy(for: found.path), at: mark)
                continue
            }
            if found.isTainted {
                bound.readsTainted = true
                if step.isBlind {
                    reader.note("\(title) is blind and must not read '\(found.path)', \(taint(found.path))", at: mark)
                }
            }
            let field = Field(wanted.name, found.type, nullable: nullability != .never)
            bound.bindings.append(UsePlan.Binding(offered: field, path: found.path))
        }
        return bound
    }

    func refuseUnknownNames(_ names: [String], title: String, _ node: RawNode) {
        for binding in node.bindings where !names.contains(binding.name.value) {
            reader.note(
                "\(title) reads no \(quoted(binding.name.value)); "
                    + ConfigReader.suggestion(for: binding.name.value, among: names), at: binding.name.mark)
        }
    }

    /// Where a read comes from; nil when nothing is bound, or an error says why.
    private func findRead(
        _ read: ColumnSpec, of step: StepSpec, title: String, _ use: RawVerb.Use, _ node: RawNode, in scope: Scope
    ) -> (Scope.Found, Mark)? {
        let name = read.field.name
        // What tells the samples of a batch apart can only be the host's own column.
        let isBorder = step.isGrouped && name == HostColumns.ordinal.name
        if let binding = node.bindings.first(where: { $0.name.value == name }) {
            if isBorder {
                reader.note(
                    "\(title) is grouped and reads the host's '\(name)' to tell samples apart; leave it out of 'in'",
                    at: binding.name.mark)
                return nil
            }
            guard let path = binding.path else { return nil }
            return find(path, in: scope, for: node).map { ($0, path.mark) }
        }
        if node.misspelled.contains("in") { return nil }
        switch isBorder ? scope.find(ColumnPath([name])) : scope.find(name: name) {
        case .found(let found): return (found, use.mark)
        case .hidden: return nil
        case .missing(let reason):
            let isMisspelled = node.bindings.contains { ConfigReader.nearest(to: $0.name.value, among: [name]) != nil }
            if !read.isOptional, !isMisspelled {
                reader.note(
                    "\(title) reads '\(name)', and \(reason); 'in: {\(name): COLUMN}' says where it comes from",
                    at: use.mark)
            }
            return nil
        }
    }

    /// Follows a path that is written in the graph, and notes why it leads nowhere.
    func find(_ path: GraphDocument.Placed<ColumnPath>, in scope: Scope, for node: RawNode) -> Scope.Found? {
        switch scope.find(path.value) {
        case .found(let found): return found
        case .hidden: return nil
        case .missing(let reason):
            reader.note(missing(path.value, reason, in: scope, for: node), at: path.mark)
            return nil
        }
    }

    private func missing(_ path: ColumnPath, _ reason: String, in scope: Scope, for node: RawNode) -> String {
        guard let first = path.names.first, scope.column(first) == nil, let index = nodeIndex(first) else {
            return reason
        }
        let other = graph.nodes[index]
        if other.id?.mark == node.id?.mark { return "\(node.title) cannot read what it adds itself" }
        if !scope.upstream.contains(index) { return "\(other.title) is not upstream of \(node.title)" }
        switch other.verb {
        case .use, .complete, .embed, nil: return "only some of the rows here come through \(other.title)"
        case .identify, .reject, .select: return "\(other.title) adds no columns of its own"
        }
    }

    /// Why a column is tainted.
    func taint(_ path: ColumnPath) -> String {
        let first = path.names.first ?? ""
        let isGold = graph.source?.columns.contains { $0.field.name == first && $0.isGold } ?? false
        return isGold ? "which is gold" : "which was made from gold by node '\(first)'"
    }

    enum Nullability: Equatable {
        case never
        /// Why, as a clause.
        case possible(String)
        /// An error that has been reported hides it.
        case hidden
    }

    /// Whether a column can be null, the tests known at this place taken into account.
    func nullability(of path: ColumnPath, in scope: Scope) -> Nullability {
        guard let column = scope.column(path.names.first ?? ""), var type = column.type else { return .hidden }
        var isNullable = column.isNullable
        for count in 1...path.names.count {
            let prefix = ColumnPath(Array(path.names.prefix(count)))
            if isNullable, !scope.known.isNotNull(prefix), !hasRun(prefix, scope.known) {
                if !scope.known.isComplete { return .hidden }
                guard count == 1, case .node = column.origin else {
                    return .possible("'\(prefix)' is \(type)?")
                }
                guard let when = guards[prefix.description] ?? nil else { return .hidden }
                let tests = when.map(\.description).joined(separator: " and ")
                return .possible("node '\(prefix)' runs only where \(tests)")
            }
            guard count < path.names.count, case .structure(let fields) = type,
                let field = fields.first(where: { $0.name == path.names[count] })
            else { break }
            (type, isNullable) = (field.type, field.nullable)
        }
        return .never
    }

    /// What to do about a column that can be null.
    func remedy(for path: ColumnPath) -> String {
        "add 'when: {\(path): {present: true}}' here, or reject the rows without it"
    }

    private func hasRun(_ path: ColumnPath, _ known: KnownTests) -> Bool {
        guard path.names.count == 1, case .some(.some(let when)) = guards[path.names[0]] else { return false }
        return known.hasRun(path.names[0], when: when)
    }
}
