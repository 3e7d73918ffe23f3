/// Numbers for the values of two results: two values have the same number if and only if they are equal.
///
/// All comparisons of rows and columns are then comparisons of small numbers.
struct ValueNumbers {
    /// When two values are equal. NULL equals NULL; texts and blobs equal the same bytes of their kind.
    enum Equality: Equatable {
        /// Numbers by value, exactly: 1 equals 1.0. As Python's `==`.
        case exact
        /// Numbers by value; where one of two neighbours is a real, they may differ by this share of the larger one.
        /// Neighbours of neighbours are equal, too, so that equality remains an equivalence.
        case within(Double)
    }

    private(set) var given: [UInt32] = []
    private(set) var gold: [UInt32] = []
    /// Whether equal values were written differently: an integer and a real, or zeros of both signs.
    private(set) var mixesForms = false

    /// O(n) in the number of cells, O(n log n) with a tolerance.
    init(_ givenTable: ResultTable, _ goldTable: ResultTable, _ equality: Equality = .exact) {
        var numbering = Numbering(capacity: givenTable.cellCount + goldTable.cellCount)
        var forms: [Cell.Kind] = []
        let clusters = equality.tolerance.map { NumberClusters([givenTable, goldTable], tolerance: $0) }
        given = Self.number(givenTable, &numbering, [givenTable, goldTable], clusters, &forms, &mixesForms)
        gold = Self.number(goldTable, &numbering, [givenTable, goldTable], clusters, &forms, &mixesForms)
    }

    private static func number(
        _ table: ResultTable, _ numbering: inout Numbering, _ tables: [ResultTable], _ clusters: NumberClusters?,
        _ forms: inout [Cell.Kind], _ mixesForms: inout Bool
    ) -> [UInt32] {
        var numbers: [UInt32] = []
        numbers.reserveCapacity(table.cellCount)
        for index in 0..<table.cellCount {
            let form = table.kinds[index]
            let count = forms.count
            let number: UInt32
            switch form {
            case .text, .blob:
                number = table.bytes.withUnsafeBytes { bytes in
                    numbering.number(of: UnsafeRawBufferPointer(rebasing: bytes[table.range(index)]), kind: form)
                }
            default:
                var (kind, bits) = canonical(form, table.values[index])
                if let clusters, kind != .null { (kind, bits) = clusters.representative(kind, bits) }
                number = numbering.number(of: bits, kind: kind)
            }
            if number == count {
                forms.append(isNegativeZero(form, table.values[index]) ? .null : form)
            } else if forms[Int(number)] != form || isNegativeZero(form, table.values[index]) {
                mixesForms = true
            }
            numbers.append(number)
        }
        return numbers
    }

    /// A number with the form that all equal numbers share: reals that are whole become integers.
    static func canonical(_ kind: Cell.Kind, _ bits: UInt64) -> (Cell.Kind, UInt64) {
        guard kind == .real, let whole = Int64(exactly: Double(bitPattern: bits)) else { return (kind, bits) }
        return (.integer, UInt64(bitPattern: whole))
    }

    private static func isNegativeZero(_ kind: Cell.Kind, _ bits: UInt64) -> Bool {
        kind == .real && bits == (-0.0).bitPattern
    }
}

extension ValueNumbers.Equality {
    fileprivate var tolerance: Double? {
        if case .within(let tolerance) = self { tolerance } else { nil }
    }
}
