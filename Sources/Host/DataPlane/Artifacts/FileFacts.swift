import Glibc

/// What an artifact file really holds.
struct FileFacts {
    /// What its manifest should say.
    var manifest: Manifest
    /// The first row that does not ascend by ordinal and candidate.
    var disorderedRow: Int?

    static func byteCount(_ path: String) throws(Failure) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system("look at", path, errno: errno) }
        return Int(status.st_size)
    }

    /// Reads all rows.
    init(
        reading path: String, as relativePath: String, stage: String, shard: Int, bytes: Int, sha256: String
    ) throws(Failure) {
        let reader = try ParquetReader(path: path, batchRows: 256)
        var hasher = FieldHasher(reader.schema)
        var cells = ByteBuilder()
        var last: (ordinal: Int64, candidate: Int64) = (.min, .min)
        while let batch = try reader.next() {
            let ordinals = batch.column("ordinal")
            let candidates = batch.column("candidate")
            for row in 0..<batch.rowCount {
                let place = (ordinals?.int64(row) ?? 0, candidates?.int64(row) ?? 0)
                if place < last, disorderedRow == nil { disorderedRow = hasher.count }
                last = place
                cells.truncate(to: 0)
                for column in batch.columns { CellCodec.append(column, row, to: &cells) }
                hasher.add(UnsafeRawBufferPointer(start: cells.storage, count: cells.count))
            }
        }
        manifest = Manifest(
            stage: stage, shard: shard, schema: reader.schema, path: relativePath, fileBytes: bytes, fileSHA256: sha256,
            rows: hasher)
    }
}
