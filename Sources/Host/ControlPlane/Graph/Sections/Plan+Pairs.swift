import DataPlane

extension Plan {
    /// Checks that the answers of this evaluation graph can be shown to a judge.
    ///
    /// - Returns: what does not fit, each at its place in the graph that evaluates.
    public func failures(answersOf pairs: PairsSection) -> [Failure] {
        let name = "the evaluation graph '\(self.name)'"
        let columns = nodes.last?.output ?? Schema([])
        let gold = GoldColumns(self)
        return pairs.columns.compactMap { column in
            let path = column.path.value
            guard columns.type(of: path) != nil else {
                return column.path.failure(
                    "\(name) has no column \(quoted(path.description)) for '\(column.name)' of 'pairs'; "
                        + ConfigReader.suggestion(for: path.description, among: columns.paths))
            }
            guard !gold.contains(path) else {
                return column.path.failure(
                    "'\(path)' of \(name) is gold or was made from it; a judge must not see it")
            }
            return nil
        }
    }

    /// Checks what `pairs` of another graph says about this one, in which a judge compares.
    ///
    /// - Parameter answers: a graph whose answers are compared.
    /// - Returns: what does not fit, each at its place in the graph that evaluates.
    public func failures(judging pairs: PairsSection, of answers: Plan) -> [Failure] {
        let name = "the graph over pairs '\(self.name)'"
        var failures: [Failure] = []
        if source.rowID != PairMembers.id {
            failures.append(
                pairs.graph.failure(
                    "\(name) has to say 'row_id: {column: \(PairMembers.id)}' in its source: a pair is known by it"
                ))
        }
        var given: [String: DataType] = [:]
        for column in pairs.columns {
            let type = answers.nodes.last?.output.type(of: column.path.value)
            for member in [column.name, PairMembers.other(column.name)] { given[member] = type }
        }
        for column in source.columns where column.field.name != PairMembers.id {
            guard let type = given[column.field.name] else {
                failures.append(
                    pairs.graph.failure(
                        "\(name) reads \(quoted(column.field.name)), which 'columns' of 'pairs' does not give; "
                            + ConfigReader.suggestion(for: column.field.name, among: given.keys.sorted())))
                continue
            }
            if type != column.field.type {
                failures.append(
                    pairs.graph.failure(
                        "\(name) reads '\(column.field.name)' as \(column.field.type), and it is \(type)"))
            }
        }
        let output = nodes.last?.output ?? Schema([])
        if let type = output.type(of: pairs.score.value) {
            if type != .float64 {
                failures.append(
                    pairs.score.failure("the score '\(pairs.score.value)' of \(name) is \(type); it has to be float64"))
            }
        } else {
            failures.append(
                pairs.score.failure(
                    "\(name) has no column \(quoted(pairs.score.value.description)) for the score; "
                        + ConfigReader.suggestion(for: pairs.score.value.description, among: output.paths)))
        }
        return failures
    }

    /// This graph over the pairs of a file instead of its own source.
    ///
    /// - Parameters:
    ///   - path: a file of JSON Lines.
    ///   - name: what messages and row ids call it.
    public func reading(pairs path: String, name: String) -> Plan {
        var plan = self
        plan.source.files = [SourceDescription.File(name: name, path: path)]
        plan.source.format = .jsonl
        return plan
    }
}
