/// A rule of the Arrow layout that incoming data breaks, and where.
///
/// ```
/// offsets at column 'out.text', row 3: the offsets go down from 12 to 9
/// ```
public struct ArrowFault: Error, Hashable, Sendable {
    /// Which rule; the raw value is the rule's id in messages and records.
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// The struct was released before it was handed over, or was never filled.
        case released
        /// A type that FastDistill has no column for, or not the type that was agreed.
        case type
        /// Two fields of one struct have one name.
        case duplicateName = "duplicate_name"
        /// A negative or too large length or offset, or rows beyond the end of the array.
        case length
        /// The stated number of nulls is not the number of zero bits.
        case nullCount = "null_count"
        /// A null in a column that was declared without nulls.
        case notNullable = "not_nullable"
        /// The wrong number of buffers, or one that has to be there is missing.
        case buffers
        /// A buffer is shorter than its rows need.
        case bufferLength = "buffer_length"
        /// The wrong number of children, or one is missing.
        case children
        /// Offsets that go down, are negative, or point beyond the values.
        case offsets
        /// Text that is not UTF-8, or is cut inside a character.
        case utf8
    }

    public let rule: Rule
    /// The column, with dots between the names of nested fields; empty for the batch itself.
    public let path: String
    /// The 0-based row of the batch, where the fault is one of a row.
    public let row: Int?
    /// One clause; holds no data of the row.
    public let message: String

    public init(_ rule: Rule, path: String, row: Int? = nil, _ message: String) {
        self.rule = rule
        self.path = path
        self.row = row
        self.message = message
    }

    /// The fault of an element, as one of the row that the element is in.
    func inRow(_ row: Int?) -> ArrowFault { ArrowFault(rule, path: path, row: row, message) }
}

extension ArrowFault: CustomStringConvertible {
    public var description: String {
        let place = path.isEmpty ? "the batch" : "column '\(path)'"
        return "\(rule.rawValue) at \(place)\(row.map { ", row \($0)" } ?? ""): \(message)"
    }
}
