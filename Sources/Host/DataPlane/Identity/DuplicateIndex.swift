/// Knows for every input the first row that had it, in bounded memory.
///
/// ```swift
/// let index = DuplicateIndex(spillFolder: "runs/demo-1/spool")
/// try index.claim([a, b, a], ordinals: [0, 1, 2])   // [0, 1, 0]: row 2 is a duplicate of row 0
/// ```
///
/// Up to a number of ids live in memory; then all move to a temporary SQLite file, which goes away with the index. One
/// caller at a time.
public final class DuplicateIndex {
    private let limit: Int
    private let spillFolder: String
    private var recent = DigestTable()
    private var spilled: SpilledIndex?

    /// - Parameters:
    ///   - limit: ids held in memory, about 60 bytes each.
    ///   - spillFolder: an existing folder for the temporary file.
    public init(limit: Int = 131_072, spillFolder: String) {
        self.limit = max(limit, 1)
        self.spillFolder = spillFolder
    }

    /// For each id the ordinal of the first row that had it, which is its own if it is new.
    ///
    /// - Precondition: ordinals ascend within a call and from call to call: whoever comes first counts as first.
    /// - Throws: ``Failure`` of code `duplicate_index` when the temporary file cannot be used.
    /// - Complexity: O(1) a row in memory, O(log rows) behind the bound.
    public func claim(_ ids: [Digest], ordinals: [Int64]) throws(Failure) -> [Int64] {
        precondition(ids.count == ordinals.count)
        var first: [Int64] = []
        first.reserveCapacity(ids.count)
        for (id, ordinal) in zip(ids, ordinals) {
            if let known = recent[id] {
                first.append(known)
            } else if let known = try spilled?.find(id) {
                first.append(known)
            } else {
                recent.insert(id, ordinal)
                first.append(ordinal)
                if recent.entries.count >= limit { try spill() }
            }
        }
        return first
    }

    private func spill() throws(Failure) {
        if spilled == nil { spilled = try SpilledIndex(folder: spillFolder) }
        try spilled?.insert(recent.entries)
        recent = DigestTable()
    }
}
