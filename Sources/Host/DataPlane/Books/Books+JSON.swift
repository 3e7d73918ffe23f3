extension Tally {
    /// The tally as reports and the books of a shard write it; keys in a fixed order.
    public var json: JSONValue {
        var members: [(String, JSONValue)] = [("in", .int(Int64(rowsIn))), ("out", .int(Int64(rowsOut)))]
        for outcome in Outcome.allCases where outcome != .kept {
            members.append((outcome.name, .int(Int64(ended[outcome, default: 0]))))
        }
        if !codes.isEmpty { members.append(("codes", .counts(codes))) }
        return .object(members)
    }

    init?(json: JSONValue) {
        guard let rowsIn = json["in"]?.int, let rowsOut = json["out"]?.int else { return nil }
        self.rowsIn = Int(rowsIn)
        self.rowsOut = Int(rowsOut)
        for outcome in Outcome.allCases {
            if let count = json[outcome.name]?.int, count > 0 { ended[outcome] = Int(count) }
        }
        codes = json["codes"]?.asCounts ?? [:]
    }
}

extension TaskBooks {
    var json: JSONValue {
        ["run": run.json, "verdicts": .sorted(verdicts.mapValues(JSONValue.counts))]
    }

    init?(json: JSONValue) {
        guard let run = json["run"].flatMap(Tally.init(json:)) else { return nil }
        self.run = run
        for (node, counts) in json["verdicts"]?.object ?? [] { verdicts[node] = counts.asCounts }
    }
}

extension Books {
    public var json: JSONValue {
        .object(
            [
                ("run", run.json),
                ("nodes", .array(nodes.map { ["node": .string($0.name), "books": $0.tally.json] })),
                ("stages", .counts(stages)),
            ] + tags.members + [
                ("facets", .sorted(facets.mapValues { .sorted($0.mapValues(\.json)) })),
                ("tasks", .sorted(tasks.mapValues(\.json))),
            ])
    }

    /// Reads what ``json`` wrote; nil for anything else.
    ///
    /// Books from before tasks were counted have none: all of their rows are of an unknown one.
    public init?(json: JSONValue) {
        guard let nodes = json["nodes"]?.array, let run = json["run"].flatMap(Tally.init(json:)) else { return nil }
        self.run = run
        self.nodes = []
        for node in nodes {
            guard let name = node["node"]?.string, let tally = node["books"].flatMap(Tally.init(json:)) else {
                return nil
            }
            self.nodes.append((name, tally))
        }
        stages = json["stages"]?.asCounts ?? [:]
        tags = TagBooks(json: json)
        for (facet, values) in json["facets"]?.object ?? [] {
            facets[facet] = Dictionary(
                uniqueKeysWithValues: (values.object ?? []).compactMap { value, tally in
                    Tally(json: tally).map { (ExactText(value), $0) }
                })
        }
        guard let tasks = json["tasks"]?.object else {
            var whole = TaskBooks()
            (whole.run, whole.verdicts) = (run, verdicts)
            self.tasks[Self.unknownTask] = whole
            return
        }
        for (task, books) in tasks {
            guard let books = TaskBooks(json: books) else { return nil }
            self.tasks[ExactText(task)] = books
        }
    }
}

extension JSONValue {
    /// An object whose keys are sorted, so that the same content gives the same bytes.
    public static func sorted(_ members: [String: JSONValue]) -> JSONValue {
        .object(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    public static func sorted(_ members: [ExactText: JSONValue]) -> JSONValue {
        .object(members.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value) })
    }

    /// Counts by name, sorted by name.
    public static func counts(_ counts: [String: Int]) -> JSONValue { .sorted(counts.mapValues { .int(Int64($0)) }) }

    var asCounts: [String: Int] {
        Dictionary(uniqueKeysWithValues: (object ?? []).compactMap { name, count in count.int.map { (name, Int($0)) } })
    }
}
