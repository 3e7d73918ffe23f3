import DataPlane

extension GraphCheck {
    /// The tests with constants of their columns' types; nil when an error hides some.
    func checkTests(_ raw: RawTests, in scope: Scope, _ node: RawNode) -> [ColumnTest]? {
        let tests = raw.tests.map { checkTest($0, in: scope, node) }
        let good = tests.compactMap { $0 }
        return raw.isComplete && good.count == tests.count ? good : nil
    }

    private func checkTest(_ test: RawTest, in scope: Scope, _ node: RawNode) -> ColumnTest? {
        // Of several tests of one column, the column is reported once.
        guard let found = find(test.path, in: scope, for: node) else { return nil }
        return checkOperator(test, found).map { ColumnTest(path: found.path, test: $0) }
    }

    private func checkOperator(_ test: RawTest, _ found: Scope.Found) -> ColumnTest.Operator? {
        switch test.word {
        case .present, .absent:
            guard test.value.json != .bool(true) else { return test.word == .present ? .present : .absent }
            let other = test.word == .present ? RawTest.Word.absent : .present
            let remedy =
                test.value.json == .bool(false) ? "write \(other.rawValue): true" : "write \(test.word.rawValue): true"
            reader.note("'\(test.word.rawValue)' can only be true; \(remedy)", at: test.value)
            return nil
        case .equals: return constant(test.value, found).map { .equals($0) }
        case .not: return constant(test.value, found).map { .not($0) }
        case .isIn:
            let elements = reader.list(test.value, "'in' of '\(found.path)'")
            if case .sequence = test.value.content, elements.isEmpty {
                reader.note("'in' of '\(found.path)' lists no value, so that no row would pass", at: test.value)
            }
            let constants = elements.compactMap { constant($0, found) }
            return constants.isEmpty || constants.count < elements.count ? nil : .isIn(constants)
        case .above, .below:
            guard found.type == .int64 || found.type == .float64 else {
                reader.note(
                    "'\(test.word.rawValue)' compares numbers, and '\(found.path)' is \(found.type)", at: test.value)
                return nil
            }
            return reader.number(test.value, "'\(test.word.rawValue)' of '\(found.path)'").map {
                test.word == .above ? .above($0) : .below($0)
            }
        }
    }

    /// A constant of a column's type.
    private func constant(_ node: YAMLNode, _ found: Scope.Found) -> Scalar? {
        let what = "the value that '\(found.path)' is compared with"
        if node.json == .null {
            reader.note("null is not a value; test with present: true or absent: true", at: node)
            return nil
        }
        switch found.type {
        case .bool: return reader.bool(node, what).map { .bool($0) }
        case .int64: return reader.integer(node, what).map { .int64($0) }
        case .float64: return reader.number(node, what).map { .float64($0) }
        case .utf8:
            guard let text = reader.string(node, what) else { return nil }
            if let allowed = found.spec?.constraints.options, !allowed.contains(text) {
                reader.note(
                    "'\(found.path)' is never \(quoted(text)); \(ConfigReader.suggestion(for: text, among: allowed))",
                    at: node)
                return nil
            }
            return .utf8(text)
        case .binary, .list, .structure:
            reader.note(
                "'\(found.path)' is \(found.type) and can only be tested with present: true or absent: true", at: node)
            return nil
        }
    }
}
