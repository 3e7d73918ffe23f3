import DataPlane

/// Batches that wait on disk for a model, so that a model before it need not wait: a judge that is slow, or down, never slows
/// the teacher.
///
/// Not without end: each source row under way costs the books about 200 bytes, and a node with several inputs its other rows.
final class Parking {
    /// Source rows that may wait.
    static let mostRows = 100_000

    private let folder: String
    private let schema: Schema
    private var file: BatchFile?
    private(set) var rows = 0

    /// Makes no file before one is needed.
    init(folder: String, schema: Schema) {
        self.folder = folder
        self.schema = schema
    }

    var batches: Int { file?.count ?? 0 }

    func add(_ batch: EngineBatch) throws(Failure) {
        if file == nil { file = try BatchFile(folder: folder, schema: schema) }
        try file?.append(batch.rows, note: [Int64(batch.sequence), Int64(monotonicNanoseconds())] + batch.covered)
        rows += batch.covered.count
    }

    func popFirst() throws(Failure) -> (batch: EngineBatch, since: UInt64)? {
        guard let (rows, note) = try file?.popFirst() else { return nil }
        let batch = EngineBatch(rows: rows, covered: Array(note.dropFirst(2)), sequence: Int(note[0]))
        self.rows -= batch.covered.count
        return (batch, UInt64(note[1]))
    }
}

extension Plan {
    /// Whether a node asks a model, and a node on the way to it another one.
    func asksAnotherRole(before node: Int) -> Bool {
        guard let role = nodes[node].verb.role else { return false }
        var ways = nodes[node].inputs
        var seen: Set<Int> = []
        while let way = ways.popLast() {
            guard case .node(let index) = way, seen.insert(index).inserted else { continue }
            if let other = nodes[index].verb.role, other != role { return true }
            ways += nodes[index].inputs
        }
        return false
    }
}
