import DataPlane

/// Counts what the tagged columns of a node's rows hold: each alone, and with those of earlier nodes in the same row.
///
/// A pair of columns is counted when rows leave the later of their two nodes, so every row counts once.
struct TagCounter {
    /// A tagged column of a node.
    struct Tagged {
        /// Its name in reports.
        var name: String
        var path: ColumnPath
        /// Of a score.
        var range: ClosedRange<Double> = 0...1
    }

    private struct Columns {
        var verdicts: [Tagged] = []
        var facets: [Tagged] = []
        var scores: [Tagged] = []
    }

    private var own = Columns()
    /// Of the nodes whose columns the rows have too, in graph order.
    private var earlier = Columns()

    init(_ node: Int, in plan: Plan) {
        own = Self.columns(of: plan.nodes[node])
        let present = Set(plan.nodes[node].output.fields.map(\.name))
        for other in plan.nodes[..<node] where present.contains(other.id) {
            let columns = Self.columns(of: other)
            earlier.verdicts += columns.verdicts
            earlier.facets += columns.facets
            earlier.scores += columns.scores
        }
    }

    private static func columns(of node: NodePlan) -> Columns {
        guard case .use(let use) = node.verb else { return Columns() }
        func tagged(_ tag: ColumnTag) -> [Tagged] {
            let specs = use.step.adds.filter { $0.tags.contains(tag) }
            return specs.map { spec in
                let path = ColumnPath([node.id, spec.field.name])
                let name = tag == .verdict && specs.count == 1 ? node.id : path.description
                let (low, high) = (spec.constraints.minimum ?? 0, spec.constraints.maximum ?? 1)
                return Tagged(name: name, path: path, range: low < high ? low...high : 0...1)
            }
        }
        return Columns(verdicts: tagged(.verdict), facets: tagged(.facet), scores: tagged(.score))
    }

    /// Whether ``count(_:_:)`` finds anything: a facet alone is counted by source rows, not by rows.
    var countsRows: Bool {
        !own.verdicts.isEmpty || !own.scores.isEmpty || (!own.facets.isEmpty && !earlier.verdicts.isEmpty)
    }

    /// The values of the node's facets, for rows that have one.
    func forEachFacet(of rows: RecordBatch, _ body: (_ facet: String, _ row: Int, _ value: ExactText) -> Void) {
        for facet in own.facets {
            for (row, value) in Self.texts(facet, rows, Array(0..<rows.rowCount)).enumerated() {
                if let value { body(facet.name, row, value) }
            }
        }
    }

    /// Counts some rows of a batch.
    func count(_ rows: RecordBatch, _ taken: [Int]) -> TagBooks {
        var books = TagBooks()
        let verdicts = own.verdicts.map { ($0.name, Self.texts($0, rows, taken)) }
        let before = earlier.verdicts.map { ($0.name, Self.texts($0, rows, taken)) }
        for (index, (name, values)) in verdicts.enumerated() {
            for case let value? in values { books.verdicts[name, default: [:]][value.text, default: 0] += 1 }
            for (other, others) in before + verdicts[..<index] {
                books.crossTables[ColumnPair(other, name)] = Self.cross(others, values)
            }
        }
        let facets = own.facets.map { ($0, before + verdicts) } + earlier.facets.map { ($0, verdicts) }
        for (facet, verdicts) in facets where !verdicts.isEmpty {
            let values = Self.texts(facet, rows, taken)
            for (name, verdicts) in verdicts {
                books.facetVerdicts[ColumnPair(facet.name, name)] = Self.cross(values, verdicts)
            }
        }
        for score in own.scores {
            var scores = ScoreBooks(range: score.range)
            for case let value? in Self.numbers(score, rows, taken) { scores.all.count(value) }
            books.scores[score.name] = scores
        }
        let scores = own.scores.map { ($0, before + verdicts) } + earlier.scores.map { ($0, verdicts) }
        for (score, verdicts) in scores where !verdicts.isEmpty {
            let values = Self.numbers(score, rows, taken)
            for (name, verdicts) in verdicts {
                for case (let value?, let verdict?) in zip(values, verdicts) {
                    books.scores[score.name, default: ScoreBooks(range: score.range)]
                        .byVerdict[name, default: [:]][verdict.text, default: Histogram(range: score.range)].count(
                            value)
                }
            }
        }
        return books
    }

    /// Nil when no row has both.
    private static func cross(_ first: [ExactText?], _ second: [ExactText?]) -> CrossTable? {
        var table = CrossTable()
        for case (let a?, let b?) in zip(first, second) { table.rows[a, default: [:]][b.text, default: 0] += 1 }
        return table.rows.isEmpty ? nil : table
    }

    /// The values as texts; nil where there is none.
    private static func texts(_ column: Tagged, _ rows: RecordBatch, _ taken: [Int]) -> [ExactText?] {
        let view = ColumnView(column.path, in: rows)
        return taken.map { row in
            if view.isNull(row) { return nil }
            return FacetValues.name(view.leaf.type == .utf8 ? view.leaf.string(row) : view.leaf.json(row).compact)
        }
    }

    /// The values as numbers; an inner nil where the node ran and gave none, an outer one where the row passed it by.
    private static func numbers(_ column: Tagged, _ rows: RecordBatch, _ taken: [Int]) -> [Double??] {
        let view = ColumnView(column.path, in: rows)
        let node = rows.column(column.path.names[0])
        return taken.map { row in
            if node?.isNull(row) ?? true { return .none }
            if view.isNull(row) { return .some(nil) }
            return .some(view.leaf.type == .int64 ? Double(view.leaf.int64(row)) : view.leaf.float64(row))
        }
    }
}
