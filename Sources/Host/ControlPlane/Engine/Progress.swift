/// How far a run is, for display.
public struct Progress: Sendable {
    public struct Node: Sendable {
        public var id: String
        public var rowsIn: Int
        public var rowsOut: Int
        /// Rows that ended here, however.
        public var ended: Int
        /// Those of them that were rejected.
        public var rejected: Int
        public var inFlight: Int
    }

    public var nodes: [Node]
    /// Source rows read so far, and whether that is all of them.
    public var read: Int
    public var isSourceExhausted: Bool
    /// Source rows that have reached an outcome.
    public var settled: Int
    public var sealedShards: Int
}
