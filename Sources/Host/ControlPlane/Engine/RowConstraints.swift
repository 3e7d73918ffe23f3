import DataPlane

/// What the answers of a `complete` node must keep to, for each row: constants, or the JSON in its columns.
struct RowConstraints {
    static let rejectCode = "constraint_invalid"

    private let constraints: [CompletePlan.Constraint]
    /// When no column has a say.
    private let constant: JSONValue?
    private let parser = JSONParser()

    init(_ constraints: [CompletePlan.Constraint]) {
        self.constraints = constraints
        let values = constraints.compactMap { constraint -> (String, JSONValue)? in
            guard case .json(let json) = constraint.source else { return nil }
            return (constraint.name, json)
        }
        constant = values.count == constraints.count ? .object(values) : nil
    }

    /// The constraints of a row.
    ///
    /// - Throws: ``Failure`` with a sentence about the column whose text is not what it must be.
    func json(_ rows: RecordBatch, _ row: Int) throws(Failure) -> JSONValue {
        if let constant { return constant }
        var members: [(String, JSONValue)] = []
        for constraint in constraints {
            switch constraint.source {
            case .json(let json): members.append((constraint.name, json))
            case .column(let path):
                guard let value = try read(path, constraint.name, rows, row) else { continue }
                members.append((constraint.name, value))
            }
        }
        // A choice among tools means nothing where a row has none.
        let hasTools = members.contains { $0.0 == "tools" }
        return .object(hasTools ? members : members.filter { $0.0 != "tool_choice" })
    }

    private func read(
        _ path: ColumnPath, _ name: String, _ rows: RecordBatch, _ row: Int
    ) throws(Failure) -> JSONValue? {
        let column = ColumnView(path, in: rows)
        if column.isNull(row) { return nil }
        let json: JSONValue
        do { json = try parser.parse(column.leaf.string(row)) } catch { throw failure(path, "is \(error)") }
        if name == "tools" {
            if let problem = GraphReader.problem(ofTools: json) { throw failure(path, problem) }
        } else if json.object == nil {
            throw failure(path, "is \(json.kind), and a schema is an object")
        }
        return json
    }

    private func failure(_ path: ColumnPath, _ problem: String) -> Failure {
        Failure("constraint", "the column '\(path)' \(problem)")
    }
}

extension CompletePlan {
    /// A decode profile that asks for what this node tells of the answer's tokens.
    func asking(with profile: DecodeProfile) -> DecodeProfile {
        guard let likelyTokens else { return profile }
        var profile = profile
        let others = (profile.parameters.object ?? []).filter { !["logprobs", "top_logprobs"].contains($0.0) }
        let likely: [(String, JSONValue)] = likelyTokens > 0 ? [("top_logprobs", .int(Int64(likelyTokens)))] : []
        profile.parameters = .object(others + [("logprobs", true)] + likely)
        return profile
    }
}
