import DataPlane

/// `pairs:` of `evaluate`: a graph in which a judge compares each model's answers with those of one of them.
public struct PairsSection: Sendable {
    /// A column of the answers that the judge's graph can read: as `name` the model's, as `other_name` the reference's.
    public struct Column: Sendable {
        public var name: String
        public var path: GraphPlace<ColumnPath>
    }

    /// The graph over pairs, as an absolute path. Its source stands for the pairs that an evaluation writes.
    public var graph: GraphPlace<String>
    /// A column of it: 1 where the first answer is better, 0 where the second is, ½ for a tie, null where nobody can tell.
    public var score: GraphPlace<ColumnPath>
    public var columns: [Column]
    /// Whose answers the others are compared with.
    public var reference: GraphPlace<String>
    /// As written, without the path: its part of the contract.
    public internal(set) var json: JSONValue

    /// Whom it is if the graph does not say.
    static let usualReference = "baseline"
}
