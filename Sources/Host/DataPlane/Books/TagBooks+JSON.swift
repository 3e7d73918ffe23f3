extension TagBooks {
    /// The members of the books, keys in a fixed order.
    var members: [(String, JSONValue)] {
        [
            ("verdicts", .sorted(verdicts.mapValues(JSONValue.counts))),
            ("cross_tables", Self.list(crossTables, "first", "second")),
            ("facet_verdicts", Self.list(facetVerdicts, "facet", "verdict")),
            ("scores", .sorted(scores.mapValues(\.json))),
        ]
    }

    /// Reads ``members`` of an object; those that older books do not have stay empty.
    init(json: JSONValue) {
        for (column, counts) in json["verdicts"]?.object ?? [] { verdicts[column] = counts.asCounts }
        crossTables = Self.tables(json["cross_tables"], "first", "second")
        facetVerdicts = Self.tables(json["facet_verdicts"], "facet", "verdict")
        for (column, books) in json["scores"]?.object ?? [] { scores[column] = ScoreBooks(json: books) }
    }

    private static func list(_ tables: [ColumnPair: CrossTable], _ first: String, _ second: String) -> JSONValue {
        .array(
            tables.sorted { $0.key < $1.key }.map { pair, table in
                .object([(first, .string(pair.first)), (second, .string(pair.second)), ("rows", table.json)])
            })
    }

    private static func tables(_ json: JSONValue?, _ first: String, _ second: String) -> [ColumnPair: CrossTable] {
        var tables: [ColumnPair: CrossTable] = [:]
        for table in json?.array ?? [] {
            guard let a = table[first]?.string, let b = table[second]?.string else { continue }
            let rows = (table["rows"]?.object ?? []).map { (ExactText($0), $1.asCounts) }
            tables[ColumnPair(a, b)] = CrossTable(Dictionary(rows) { $1 })
        }
        return tables
    }
}

extension CrossTable {
    public var json: JSONValue { .sorted(rows.mapValues(JSONValue.counts)) }
}

extension ScoreBooks {
    public var json: JSONValue {
        ["all": all.json, "by_verdict": .sorted(byVerdict.mapValues { .sorted($0.mapValues(\.json)) })]
    }

    init?(json: JSONValue) {
        guard let all = json["all"].flatMap(Histogram.init(json:)) else { return nil }
        self.all = all
        for (column, verdicts) in json["by_verdict"]?.object ?? [] {
            for (verdict, histogram) in verdicts.object ?? [] {
                byVerdict[column, default: [:]][verdict] = Histogram(json: histogram)
            }
        }
    }
}

extension Histogram {
    public var json: JSONValue {
        [
            "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound),
            "bins": .array(bins.map { .int(Int64($0)) }), "below": .int(Int64(below)), "above": .int(Int64(above)),
            "null": .int(Int64(nulls)),
        ]
    }

    init?(json: JSONValue) {
        guard let minimum = json["minimum"]?.double, let maximum = json["maximum"]?.double, minimum < maximum,
            let bins = json["bins"]?.array?.compactMap(\.int), bins.count == Self.binCount
        else { return nil }
        self.init(range: minimum...maximum)
        self.bins = bins.map(Int.init)
        func count(_ name: String) -> Int { Int(json[name]?.int ?? 0) }
        (below, above, nulls) = (count("below"), count("above"), count("null"))
    }
}
