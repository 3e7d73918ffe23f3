import DataPlane
import Glibc

/// The constraints of one added column, ready to be checked on a whole column at a time.
struct ColumnChecker: Sendable {
    /// The first row that breaks a constraint, and which. The value itself stays out of messages.
    struct Fault {
        var row: Int
        var message: String
    }

    private let constraints: ColumnConstraints
    private let options: [[UInt8]]
    private let pattern: Pattern?

    init(_ spec: ColumnSpec) {
        constraints = spec.constraints
        options = (spec.constraints.options ?? []).map { Array($0.utf8) }
        // The spec's parser has compiled it once already.
        pattern = spec.constraints.pattern.flatMap { try? Pattern($0) }
    }

    /// Nulls keep every constraint.
    func fault(_ column: Column) -> Fault? {
        if constraints.isEmpty { return nil }
        if let fault = rangeFault(column) ?? lengthFault(column) { return fault }
        if !options.isEmpty, let row = firstRow(of: column, where: { !isOption($0) }) {
            return Fault(row: row, message: "the text is not among the options of the spec")
        }
        if let pattern, let row = firstRow(of: column, where: { !pattern.matches($0) }) {
            return Fault(row: row, message: "the text does not match the pattern '\(pattern.text)'")
        }
        return nil
    }

    private func rangeFault(_ column: Column) -> Fault? {
        if constraints.minimum == nil, constraints.maximum == nil { return nil }
        let minimum = constraints.minimum ?? -.infinity
        let maximum = constraints.maximum ?? .infinity
        let isInteger = column.type == .int64
        for row in 0..<column.length {
            let value = isInteger ? Double(column.int64(row)) : column.float64(row)
            // NaN is in no range.
            if value >= minimum && value <= maximum || column.isNull(row) { continue }
            if value > maximum { return Fault(row: row, message: "the value is above the maximum \(number(maximum))") }
            if value < minimum { return Fault(row: row, message: "the value is below the minimum \(number(minimum))") }
            return Fault(row: row, message: "the value is not a number")
        }
        return nil
    }

    private func lengthFault(_ column: Column) -> Fault? {
        if constraints.minLength == nil, constraints.maxLength == nil { return nil }
        let minimum = constraints.minLength ?? 0
        let maximum = constraints.maxLength ?? .max
        let unit = if case .list = column.type { "elements" } else { "bytes" }
        for row in 0..<column.length {
            let length = column.range(row).count
            if length >= minimum && length <= maximum || column.isNull(row) { continue }
            let limit = length < minimum ? "at least \(minimum)" : "at most \(maximum)"
            return Fault(row: row, message: "it has \(length) \(unit), the spec says \(limit)")
        }
        return nil
    }

    private func firstRow(of column: Column, where isWrong: (UnsafeRawBufferPointer) -> Bool) -> Int? {
        (0..<column.length).first { !column.isNull($0) && isWrong(column.bytes($0)) }
    }

    private func isOption(_ bytes: UnsafeRawBufferPointer) -> Bool {
        options.contains { $0.count == bytes.count && $0.elementsEqual(bytes) }
    }

    private func number(_ value: Double) -> String { JSONValue.double(value).compact }
}
