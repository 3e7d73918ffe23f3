import Glibc

/// Writes one stage of one shard: sorted rows in, a Parquet file and its manifest out.
enum ShardFile {
    /// A row group ends with this many rows or bytes of cells, whichever comes first. Both depend on the sorted rows
    /// alone, so equal rows make an equal file however they arrived.
    static let groupRows = 1024
    static let groupBytes = 2 * 1024 * 1024

    /// - Parameter spool: the rows; nil when there are none, which is a file as well.
    /// - Returns: the manifest; the file is on disk under its final name.
    static func write(
        _ spool: Spool?, stage: String, schema: Schema, shard: Int, runDirectory: String
    ) throws(Failure) -> Manifest {
        let path = ArtifactPath.file(stage, shard)
        let final = runDirectory + "/" + path
        let temporary = final + ".tmp"
        var hasher = FieldHasher(schema)
        do throws(Failure) {
            let writer = try ParquetWriter(path: temporary, schema: schema, rowGroupRows: 0)
            try writeRows(of: spool, schema, &hasher, to: writer)
            try writer.finish()
        } catch {
            unlink(temporary)
            throw error
        }
        let sha256 = try hashFile(temporary)
        let bytes = try FileFacts.byteCount(temporary)
        guard rename(temporary, final) == 0 else { throw .system("rename", temporary, errno: errno) }
        try syncFolder(containing: final)
        return Manifest(
            stage: stage, shard: shard, schema: schema, path: path, fileBytes: bytes, fileSHA256: sha256,
            rows: hasher)
    }

    private static func writeRows(
        of spool: Spool?, _ schema: Schema, _ hasher: inout FieldHasher, to writer: ParquetWriter
    ) throws(Failure) {
        let builders = schema.fields.map { ColumnBuilder($0.type) }
        var rows = 0
        var bytes = 0
        func flush() throws(Failure) {
            if rows == 0 { return }
            try writer.append(RecordBatch(schema: schema, columns: builders.map { $0.finish() }, rowCount: rows))
            rows = 0
            bytes = 0
        }
        try spool?.forEachSorted { row throws(Failure) in
            hasher.add(row)
            var rest = row
            for builder in builders { CellCodec.append(CellCodec.next(&rest), to: builder) }
            rows += 1
            bytes += row.count
            if rows == groupRows || bytes >= groupBytes { try flush() }
        }
        try flush()
    }
}
