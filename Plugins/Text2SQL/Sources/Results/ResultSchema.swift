/// The columns of a result: their names, and of what kind their values are.
struct ResultSchema: Equatable {
    /// What the values of a column have in common, NULLs aside.
    enum Kind: String, CaseIterable {
        /// No value but NULL, or no row.
        case null
        case integer
        case real
        /// Integers and reals.
        case number
        case text
        case blob
        case mixed
    }

    let names: [String]
    let kinds: [Kind]

    init(_ table: ResultTable) {
        names = table.columns
        var kinds = [Kind](repeating: .null, count: names.count)
        var column = 0
        for cell in table.kinds {
            kinds[column] = kinds[column].joined(with: cell)
            column = column + 1 == names.count ? 0 : column + 1
        }
        self.kinds = kinds
    }

    /// The first expectation that is not met, in a few words.
    ///
    /// - Parameters:
    ///   - names: the expected names, compared without regard to the case of ASCII letters; `*` is any.
    ///   - kinds: the expected kinds; `*` is any, `number` also integers and reals. A column of NULLs is of each kind.
    func mismatch(names expectedNames: [String]?, kinds expectedKinds: [String]?) -> String? {
        for expected in [expectedNames, expectedKinds] {
            guard let expected else { continue }
            guard expected.count == names.count else {
                return "\(names.count) \(names.count == 1 ? "column" : "columns") instead of \(expected.count)"
            }
        }
        for index in names.indices {
            if let name = expectedNames?[index], name != "*", !Self.areEqual(name, names[index]) {
                return "column \(index + 1) is `\(names[index])` instead of `\(name)`"
            }
            if let kind = expectedKinds?[index], !kinds[index].fits(kind) {
                return "column \(index + 1) is of kind \(kinds[index]) instead of \(kind)"
            }
        }
        return nil
    }

    private static func areEqual(_ first: String, _ second: String) -> Bool {
        first.utf8.lazy.map(\.uppercased).elementsEqual(second.utf8.lazy.map(\.uppercased))
    }
}

extension ResultSchema.Kind {
    fileprivate func joined(with cell: Cell.Kind) -> ResultSchema.Kind {
        switch (self, cell) {
        case (_, .null): self
        case (.null, .integer), (.integer, .integer): .integer
        case (.null, .real), (.real, .real): .real
        case (.integer, .real), (.real, .integer), (.number, .integer), (.number, .real): .number
        case (.null, .text), (.text, .text): .text
        case (.null, .blob), (.blob, .blob): .blob
        default: .mixed
        }
    }

    fileprivate func fits(_ expected: String) -> Bool {
        self == .null || expected == "*" || expected == rawValue
            || expected == ResultSchema.Kind.number.rawValue && (self == .integer || self == .real)
    }
}
