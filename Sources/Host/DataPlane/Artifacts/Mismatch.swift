/// Something in a run folder that is not what the manifests say.
public struct Mismatch: Sendable, Hashable {
    /// What kind of difference; the raw value is for programs.
    public enum Kind: String, Sendable {
        /// A listed file is not there.
        case missingFile = "missing_file"
        /// A file is there that nothing lists.
        case extraFile = "extra_file"
        /// A file is there and cannot be read as what it should be.
        case unreadable
        /// A member of a manifest or of the index does not say what the file says.
        case value
        /// A column's values are not those that were written.
        case fieldHash = "field_hash"
        /// Rows do not ascend by ordinal and candidate.
        case rowOrder = "row_order"
    }

    public var kind: Kind
    /// Relative to the run folder.
    public var file: String
    public var stage: String?
    public var shard: Int?
    /// The member of the manifest, or the column.
    public var field: String?
    /// One clause; holds no data of rows but ids.
    public var detail: String
}

extension Mismatch: CustomStringConvertible {
    public var description: String { "\(file): \(detail)" }
}
