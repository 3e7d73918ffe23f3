import DataPlane

/// The tests known to hold for every row at a place, and what follows from them for nulls (Docs/specs/graph.md, Columns).
struct KnownTests {
    private var tests: Set<ColumnTest> = []
    /// False when an error hides tests: then no column is reported as possibly null.
    var isComplete = true

    /// What the `when` of each node with one is; nil where it could not be read. By node id.
    typealias Guards = [String: [ColumnTest]?]

    mutating func insert(_ test: ColumnTest) { tests.insert(test) }

    mutating func formIntersection(_ other: KnownTests) {
        tests.formIntersection(other.tests)
        isComplete = isComplete && other.isComplete
    }

    /// With the tests of a node's own `when`.
    func adding(_ more: [ColumnTest], areComplete: Bool) -> KnownTests {
        var known = self
        known.tests.formUnion(more)
        known.isComplete = isComplete && areComplete
        return known
    }

    /// With everything that follows: if a column of node M is known not to be null, then M has run, so M's `when` held.
    func closed(under guards: Guards) -> KnownTests {
        var known = self
        var waiting = guards
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for (id, tests) in waiting where known.isColumnOfNodePresent(id) {
                waiting[id] = nil
                isGrowing = true
                guard let tests else {
                    known.isComplete = false
                    continue
                }
                known.tests.formUnion(tests.filter(\.staysTrue))
            }
        }
        return known
    }

    private func isColumnOfNodePresent(_ id: String) -> Bool {
        tests.contains { $0.path.names.first == id && $0.isNotNull }
    }

    /// Whether a node with a `when` is known to have run: a column of it is not null, or all its tests are known.
    func hasRun(_ id: String, when: [ColumnTest]) -> Bool {
        isColumnOfNodePresent(id) || when.allSatisfy { $0.staysTrue && tests.contains($0) }
    }

    /// Whether a test says that the column, or something inside it, is not null.
    func isNotNull(_ path: ColumnPath) -> Bool {
        tests.contains { $0.isNotNull && $0.path.names.starts(with: path.names) }
    }
}

extension ColumnTest {
    /// Whether a row whose column is null fails the test.
    var isNotNull: Bool {
        switch test {
        case .equals, .isIn, .above, .below, .present: true
        case .not, .absent: false
        }
    }

    /// Whether a test that held upstream still holds: all columns keep their values but `candidate`, which is numbered
    /// anew.
    var staysTrue: Bool { path.names != ["candidate"] }

    /// The test that the rows pass which fail this one; nil where no single test says it.
    var negation: ColumnTest? {
        switch test {
        case .equals(let value): ColumnTest(path: path, test: .not(value))
        case .not(let value): ColumnTest(path: path, test: .equals(value))
        case .present: ColumnTest(path: path, test: .absent)
        case .absent: ColumnTest(path: path, test: .present)
        case .isIn, .above, .below: nil
        }
    }
}
