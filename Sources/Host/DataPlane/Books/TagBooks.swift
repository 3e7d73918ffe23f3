/// What the tagged columns of rows hold, counted in rows (candidates), not in source rows.
///
/// Columns are named `node.column`; a verdict column that is the only one of its node is named after the node.
public struct TagBooks: Sendable, Equatable {
    /// Verdict column to verdict to rows.
    public var verdicts: [String: [String: Int]] = [:]
    /// Two verdict columns, the one of the earlier node first, to what they say of the same row.
    public var crossTables: [ColumnPair: CrossTable] = [:]
    /// A facet and a verdict column to the facet's value and the verdict of the same row.
    public var facetVerdicts: [ColumnPair: CrossTable] = [:]
    /// Score column to its scores.
    public var scores: [String: ScoreBooks] = [:]

    public init() {}

    public mutating func add(_ other: TagBooks) {
        for (column, values) in other.verdicts { verdicts[column, default: [:]].merge(values, uniquingKeysWith: +) }
        for (pair, table) in other.crossTables { crossTables[pair, default: CrossTable()].add(table) }
        for (pair, table) in other.facetVerdicts { facetVerdicts[pair, default: CrossTable()].add(table) }
        for (column, books) in other.scores { scores[column, default: ScoreBooks(like: books)].add(books) }
    }
}

/// Two columns of one row.
public struct ColumnPair: Hashable, Comparable, Sendable {
    public var first: String
    public var second: String

    public init(_ first: String, _ second: String) {
        self.first = first
        self.second = second
    }

    public static func < (left: ColumnPair, right: ColumnPair) -> Bool {
        (left.first, left.second) < (right.first, right.second)
    }
}

/// How often the values of two columns stand in one row: value of the first to value of the second to rows.
public struct CrossTable: Sendable, Equatable {
    public var rows: [ExactText: [String: Int]] = [:]

    public init() {}

    public init(_ rows: [ExactText: [String: Int]]) { self.rows = rows }

    public func count(_ first: String, _ second: String) -> Int { rows[ExactText(first)]?[second] ?? 0 }

    public mutating func add(_ other: CrossTable) {
        for (first, counts) in other.rows { rows[first, default: [:]].merge(counts, uniquingKeysWith: +) }
    }
}

/// The scores of one column: all of them, and those of the rows of each verdict.
public struct ScoreBooks: Sendable, Equatable {
    public var all: Histogram
    /// Verdict column to verdict to the scores of its rows.
    public var byVerdict: [String: [String: Histogram]] = [:]

    public init(range: ClosedRange<Double>) { all = Histogram(range: range) }

    /// Empty books of the same range.
    init(like other: ScoreBooks) { all = Histogram(range: other.all.range) }

    public mutating func add(_ other: ScoreBooks) {
        all.add(other.all)
        for (column, verdicts) in other.byVerdict {
            for (verdict, histogram) in verdicts {
                byVerdict[column, default: [:]][verdict, default: Histogram(range: histogram.range)].add(histogram)
            }
        }
    }
}
