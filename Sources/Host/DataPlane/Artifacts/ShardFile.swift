import Glibc

/// One stage of one shard while it is written: rows in any order in, a Parquet file in theirs and its manifest out.
///
/// A row waits in the spool until no row can come before it; then it goes to the Parquet file, which grows under a temporary
/// name, a row group at a time.
final class ShardFile {
    /// A row group ends with this many rows or bytes of cells, whichever comes first. Both depend on the sorted rows
    /// alone, so equal rows make an equal file however they arrived.
    static let groupRows = 1024
    static let groupBytes = 2 * 1024 * 1024
    /// Rows in memory are looked through when they have this many bytes; if more than half of that has to wait on, all of
    /// them wait on disk.
    static let waitingBytes = 512 * 1024

    let stage: String
    let shard: Int
    let spool: Spool
    private let schema: Schema
    private let final: String
    private var temporary: String { final + ArtifactPath.temporarySuffix }
    private var writer: ParquetWriter?
    private var hasher: FieldHasher
    private let group: [ColumnBuilder]
    private var groupRows = 0
    private var groupBytes = 0

    init(stage: String, shard: Int, schema: Schema, runDirectory: String) {
        self.stage = stage
        self.shard = shard
        self.schema = schema
        final = "\(runDirectory)/\(ArtifactPath.file(stage, shard))"
        spool = Spool(path: "\(runDirectory)/\(ArtifactPath.spool)/\(stage)-\(shard).rows", schema: schema)
        hasher = FieldHasher(schema)
        group = schema.fields.map { ColumnBuilder($0.type) }
    }

    deinit {
        unlink(temporary)
    }

    /// Adds rows.
    ///
    /// - Parameters:
    ///   - inMemory: whether they may stay in memory.
    ///   - settled: once these rows are there, all rows before this ordinal are.
    func append(_ batch: RecordBatch, inMemory: Bool, settled: Int64) throws(Failure) {
        try spool.append(batch, inMemory: inMemory)
        guard inMemory, spool.bytesInMemory >= Self.waitingBytes else { return }
        try write(before: settled)
        if spool.bytesInMemory > Self.waitingBytes / 2 { try spool.writeOut() }
    }

    /// Writes the rows before an ordinal.
    private func write(before end: Int64) throws(Failure) {
        try spool.take(before: end) { row throws(Failure) in
            hasher.add(row)
            var rest = row
            for builder in group { CellCodec.append(CellCodec.next(&rest), to: builder) }
            groupRows += 1
            groupBytes += row.count
            if groupRows == Self.groupRows || groupBytes >= Self.groupBytes { try writeGroup() }
        }
    }

    private func writeGroup() throws(Failure) {
        let writer = try openedWriter()
        if groupRows == 0 { return }
        try writer.append(RecordBatch(schema: schema, columns: group.map { $0.finish() }, rowCount: groupRows))
        groupRows = 0
        groupBytes = 0
    }

    private func openedWriter() throws(Failure) -> ParquetWriter {
        if let writer { return writer }
        let opened = try ParquetWriter(path: temporary, schema: schema, rowGroupRows: 0)
        writer = opened
        return opened
    }

    /// Writes the rest and puts the file where it belongs.
    ///
    /// - Returns: the manifest; the file is on disk under its final name.
    func finish() throws(Failure) -> Manifest {
        try write(before: .max)
        try writeGroup()
        try writer?.finish()
        let sha256 = try hashFile(temporary)
        let bytes = try FileFacts.byteCount(temporary)
        guard rename(temporary, final) == 0 else { throw .system("rename", temporary, errno: errno) }
        try syncFolder(containing: final)
        return Manifest(
            stage: stage, shard: shard, schema: schema, path: ArtifactPath.file(stage, shard), fileBytes: bytes,
            fileSHA256: sha256, rows: hasher)
    }
}
