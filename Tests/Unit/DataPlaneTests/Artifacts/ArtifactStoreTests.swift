import Blocking
import Foundation
import Testing

@testable import DataPlane

@Suite("Artifacts", .blocking)
struct ArtifactStoreTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func json(_ name: String) throws -> JSONValue {
        try JSONParser().parse(readFile(folder.file(name)).withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
    }

    @Test("equal rows make equal files and manifests, in whatever order and batches they arrive")
    func arrival() throws {
        let shards = try [ArtifactSamples.rows(0..<1500), ArtifactSamples.rows(1500..<1700)]
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        var reference: [String: Data]?
        for _ in 0..<4 {
            let folder = try TemporaryFolder()
            let store = try ArtifactStore(
                runDirectory: folder.path,
                stages: [("candidates", try ArtifactSamples.schema), ("rejected", try ArtifactSamples.schema)])
            var jobs: [(stage: String, shard: Int, rows: [Int])] = []
            for (shard, rows) in shards.enumerated() {
                var rest = Array(0..<rows.rowCount)
                if reference != nil { rest.shuffle(using: &generator) }
                while !rest.isEmpty {
                    let count = reference == nil ? rest.count : Int.random(in: 1...200, using: &generator)
                    jobs.append((shard == 0 ? "candidates" : "rejected", shard, Array(rest.prefix(count))))
                    rest.removeFirst(min(count, rest.count))
                }
            }
            if reference != nil { jobs.shuffle(using: &generator) }
            for job in jobs {
                try store.append(stage: job.stage, shard: job.shard, batch: shards[job.shard].taking(job.rows))
            }
            for shard in reference == nil ? [0, 1] : [1, 0] { try store.seal(shard: shard) }
            let contents = try folder.contents()
            if let reference {
                #expect(contents == reference, "seed \(seed)")
            } else {
                #expect(
                    contents.keys.sorted() == [
                        "artifacts/candidates/shard-00000.parquet", "artifacts/candidates/shard-00001.parquet",
                        "artifacts/rejected/shard-00000.parquet", "artifacts/rejected/shard-00001.parquet",
                        "manifests/candidates/shard-00000.json", "manifests/candidates/shard-00001.json",
                        "manifests/index.json", "manifests/rejected/shard-00000.json",
                        "manifests/rejected/shard-00001.json",
                    ])
                reference = contents
            }
        }
    }

    @Test("pyarrow and xxhash come to the same manifest; pyarrow and DuckDB read the rows in order")
    func oracle() throws {
        let rows = try ArtifactSamples.rows(0..<1100)
        let store = try ArtifactStore(runDirectory: folder.path, stages: [("teacher", rows.schema)])
        try store.append(stage: "teacher", shard: 0, batch: rows.taking((0..<rows.rowCount).reversed()))
        try store.seal(shard: 0)

        let manifest = try json("manifests/teacher/shard-00000.json")
        let path = folder.file("artifacts/teacher/shard-00000.parquet")
        let oracle = try Oracle.json("field_hash.py", [path])
        for (member, value) in oracle.object ?? [] where member != "file" { #expect(manifest[member] == value) }
        #expect(manifest["file"]?["sha256"] == oracle["file"]?["sha256"])
        #expect(manifest["file"]?["bytes"] == oracle["file"]?["bytes"])
        #expect(manifest["file"]?["path"] == "artifacts/teacher/shard-00000.parquet")
        #expect(manifest["format"] == "fastdistill.manifest/1")
        #expect(manifest["stage"] == "teacher" && manifest["shard"] == 0)
        #expect(manifest["count"] == 2200 && manifest["first_ordinal"] == 0 && manifest["last_ordinal"] == 1099)
        #expect(manifest["schema"] == .array(ArtifactSamples.fields.map { .string($0) }))
        #expect(
            manifest["field_hash"]?.object?.map(\.0) == [
                "task_id", "row_id", "ordinal", "candidate", "sample_id", "q", "node.text", "node.tokens",
                "node.score", "node.ok", "node.inner.n", "node.parts", "blob",
            ])

        let seen = try Oracle.json("parquet_rows.py", [path])
        #expect(seen["rows"] == .array(rows.rows))
        #expect(seen["row_groups"] == [1024, 1024, 152])
        #expect(seen["key_values"] == [])
        #expect(seen["duckdb_count"] == 2200)
    }

    @Test("long rows end a row group by bytes")
    func longRows() throws {
        let rows = try ArtifactSamples.rows(0..<6, candidates: 1, textBytes: 2_000_000)
        let store = try ArtifactStore(runDirectory: folder.path, stages: [("raw", rows.schema)])
        try store.append(stage: "raw", shard: 0, batch: rows)
        try store.seal(shard: 0)
        let path = folder.file("artifacts/raw/shard-00000.parquet")
        let reader = try ParquetReader(path: path, batchRows: 100)
        var read: [JSONValue] = []
        while let batch = try reader.next() { read += batch.rows }
        #expect(read == rows.rows)
        #expect(try Oracle.json("parquet_rows.py", [path])["row_groups"]?.array?.count ?? 0 > 1)
    }

    @Test("a stage without rows has a file and a manifest all the same")
    func emptyStage() throws {
        let rows = try ArtifactSamples.rows(0..<2)
        let store = try ArtifactStore(runDirectory: folder.path, stages: [("a", rows.schema), ("b", rows.schema)])
        try store.append(stage: "a", shard: 3, batch: rows)
        try store.seal(shard: 3)
        let manifest = try json("manifests/b/shard-00003.json")
        #expect(manifest["count"] == 0)
        #expect(manifest["first_ordinal"] == .null && manifest["min_row_id"] == .null)
        #expect(manifest["field_hash"]?["q"] == .string(String(repeating: "0", count: 32)))
        let seen = try Oracle.json("parquet_rows.py", [folder.file("artifacts/b/shard-00003.parquet")])
        #expect(seen["duckdb_count"] == 0)
        #expect(seen["schema"]?.array?.count == rows.schema.fields.count)
        let index = try json("manifests/index.json")
        #expect(
            index == [
                "format": "fastdistill.manifest-index/1",
                "shards": [
                    [
                        "shard": 3,
                        "stages": [
                            [
                                "stage": "a", "count": 4, "manifest": "manifests/a/shard-00003.json",
                                "sha256": .string(try hashFile(folder.file("manifests/a/shard-00003.json"))),
                                "file_bytes": .int(
                                    Int64(try readFile(folder.file("artifacts/a/shard-00003.parquet")).count)),
                            ],
                            [
                                "stage": "b", "count": 0, "manifest": "manifests/b/shard-00003.json",
                                "sha256": .string(try hashFile(folder.file("manifests/b/shard-00003.json"))),
                                "file_bytes": .int(
                                    Int64(try readFile(folder.file("artifacts/b/shard-00003.parquet")).count)),
                            ],
                        ],
                    ]
                ],
            ])
    }

    @Test("rows of one ordinal and candidate have one order too; ids fall back to row_id")
    func ties() throws {
        let rows = try batch([
            ("row_id: utf8", ["f:9", "f:9", "f:10", "f:9"]), ("ordinal: int64", [9, 9, 2, 9]),
            ("code: utf8", ["z", "a", "m", "k"]),
        ])
        var files: [[String: Data]] = []
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            let folder = try TemporaryFolder()
            let store = try ArtifactStore(runDirectory: folder.path, stages: [("rejected", rows.schema)])
            try store.append(stage: "rejected", shard: 0, batch: rows.taking(order))
            try store.seal(shard: 0)
            files.append(try folder.contents())
            let oracle = try Oracle.json("field_hash.py", [folder.file("artifacts/rejected/shard-00000.parquet")])
            #expect(oracle["min_row_id"] == "f:10" && oracle["max_row_id"] == "f:9")
            #expect(try verifyRun(folder.path) == [])
        }
        #expect(files[0] == files[1] && files[1] == files[2])
    }

    @Test("what was not sealed is forgotten at the next start; what was sealed stays")
    func restart() throws {
        let rows = try ArtifactSamples.rows(0..<10)
        let stages = [(name: "raw", schema: rows.schema)]
        do {
            let store = try ArtifactStore(runDirectory: folder.path, stages: stages)
            #expect(store.sealedShards == [])
            try store.append(stage: "raw", shard: 0, batch: rows)
            try store.append(stage: "raw", shard: 1, batch: rows)
            try store.seal(shard: 0)
            #expect(store.sealedShards == [0])
        }
        // As a start leaves them that was killed while it wrote shard 1.
        _ = try folder.write("spool/raw-1.rows", "half a row")
        _ = try folder.write("artifacts/raw/shard-00001.parquet.tmp", "PAR1")
        _ = try folder.write("artifacts/raw/shard-00001.parquet", "PAR1")
        _ = try folder.write("manifests/raw/shard-00001.json", "{}")
        let sealed = try Data(contentsOf: URL(filePath: folder.file("artifacts/raw/shard-00000.parquet")))

        let store = try ArtifactStore(runDirectory: folder.path, stages: stages)
        #expect(store.sealedShards == [0])
        #expect(try verifyRun(folder.path) == [])
        try store.append(stage: "raw", shard: 1, batch: rows.taking([3]))
        try store.seal(shard: 1)
        #expect(try json("manifests/raw/shard-00001.json")["count"] == 1)
        #expect(try Data(contentsOf: URL(filePath: folder.file("artifacts/raw/shard-00000.parquet"))) == sealed)
        #expect(try verifyRun(folder.path) == [])
        #expect(try folder.contents().keys.allSatisfy { !$0.hasPrefix("spool/") })
    }

    @Test("a file of a sealed shard that was lost or cut is named at the next start, which changes nothing")
    func lostFiles() throws {
        let rows = try ArtifactSamples.rows(0..<10)
        let stages = [(name: "raw", schema: rows.schema), (name: "kept", schema: rows.schema)]
        let store = try ArtifactStore(runDirectory: folder.path, stages: stages)
        for shard in 0..<2 {
            try store.append(stage: "raw", shard: shard, batch: rows)
            try store.seal(shard: shard)
        }
        let whole = try folder.contents()
        let remedy =
            ", though its shard is sealed: restore it, or delete the folder '\(folder.path)' and run again to compute "
            + "all shards anew"
        func failure() -> Failure? {
            #expect(throws: Failure.self) { try ArtifactStore(runDirectory: folder.path, stages: stages) }
        }
        for name in ["artifacts/kept/shard-00001.parquet", "manifests/raw/shard-00000.json"] {
            try FileManager.default.removeItem(atPath: folder.file(name))
            #expect(failure()?.code == "verify")
            #expect(failure()?.message == "'\(folder.file(name))' is missing" + remedy)
            #expect(try folder.contents() == whole.filter { $0.key != name })
            _ = try folder.write(name, Array(try #require(whole[name])))
        }
        let name = "artifacts/raw/shard-00000.parquet"
        let bytes = try #require(whole[name])
        _ = try folder.write(name, Array(bytes.dropLast()))
        #expect(
            failure()?.message
                == "'\(folder.file(name))' has \(bytes.count - 1) bytes instead of \(bytes.count)" + remedy)
        _ = try folder.write(name, Array(bytes))
        #expect(try ArtifactStore(runDirectory: folder.path, stages: stages).sealedShards == [0, 1])
    }

    @Test("many shards that stay open keep few files open, and are sealed as if they had been alone")
    func manyOpenShards() throws {
        let shards = 0..<2 * OpenShards.awakeLimit
        let batches = try shards.map { try ArtifactSamples.rows(10 * $0..<10 * $0 + 10, candidates: 1) }
        let stages = [(name: "raw", schema: batches[0].schema)]
        let store = try ArtifactStore(runDirectory: folder.path, stages: stages)
        for rows in [[7, 1, 3], [0, 2], [9, 8, 4, 5, 6]] {
            for shard in shards { try store.append(stage: "raw", shard: shard, batch: batches[shard].taking(rows)) }
        }
        #expect(try openFiles(in: folder) == OpenShards.awakeLimit)
        for shard in shards { try store.seal(shard: shard) }
        #expect(try openFiles(in: folder) == 0)

        let alone = try TemporaryFolder()
        let reference = try ArtifactStore(runDirectory: alone.path, stages: stages)
        for shard in shards {
            try reference.append(stage: "raw", shard: shard, batch: batches[shard])
            try reference.seal(shard: shard)
        }
        #expect(try folder.contents() == alone.contents())
    }

    private func openShards() throws -> OpenShards {
        try createFolder(folder.file("spool"))
        return OpenShards(runDirectory: folder.path)
    }

    @Test("memory holds the places of the rows of few spools")
    func rowsInMemory() throws {
        let rows = try ArtifactSamples.rows(0..<10, candidates: 1)
        var open = try openShards()
        for _ in 0..<2 {
            for shard in 0..<2 * OpenShards.awakeLimit { try open.append(rows, to: "raw", shard) }
        }
        #expect(open.rowsInMemory == 10 * OpenShards.awakeLimit)
        let file = open.remove("raw", 0)
        var count = 0
        try file?.spool.take(before: .max) { (_) throws(Failure) in count += 1 }
        #expect(count == 20)
    }

    @Test("only rows of the first shard wait in memory, and not many of them")
    func waitingRows() throws {
        let rows = try ArtifactSamples.rows(0..<100, candidates: 1, textBytes: 3000)
        var open = try openShards()
        var most = 0
        for _ in 0..<10 {
            for shard in 3..<6 { try open.append(rows, to: "raw", shard) }
            most = max(most, open.bytesInMemory)
        }
        #expect((1..<ShardFile.waitingBytes).contains(most))
        _ = open.remove("raw", 3)
        #expect(open.bytesInMemory == 0)
        try open.append(rows, to: "raw", 4)
        #expect(open.bytesInMemory > 0)
    }

    @Test("rows are written while others come, some of them late, to the same file", arguments: [0, 40, 4000])
    func settledRows(late: Int) throws {
        let rows = try ArtifactSamples.rows(0..<6000, candidates: 2)
        let stages = [(name: "raw", schema: rows.schema)]
        let alone = try TemporaryFolder()
        let reference = try ArtifactStore(runDirectory: alone.path, stages: stages)
        try reference.append(stage: "raw", shard: 0, batch: rows)
        try reference.seal(shard: 0)

        var generator = SeededGenerator(seed: UInt64(late))
        // Row pairs of an ordinal, each at most `late` places behind its own.
        let order = (0..<6000).map { (place: $0 + Int.random(in: 0...late, using: &generator), ordinal: $0) }
            .sorted { ($0.place, $0.ordinal) < ($1.place, $1.ordinal) }.map(\.ordinal)
        let store = try ArtifactStore(runDirectory: folder.path, stages: stages)
        var isMissing = [Bool](repeating: true, count: 6000)
        var settled = 0
        var growth: [Int] = []
        for part in stride(from: 0, to: 6000, by: 125) {
            let ordinals = order[part..<part + 125]
            for ordinal in ordinals { isMissing[ordinal] = false }
            while settled < 6000, !isMissing[settled] { settled += 1 }
            let batch = rows.taking(ordinals.flatMap { [2 * $0 + 1, 2 * $0] })
            try store.append(stage: "raw", shard: 0, batch: batch, settled: Int64(settled))
            growth.append((try? FileFacts.byteCount(folder.file("artifacts/raw/shard-00000.parquet.tmp"))) ?? 0)
        }
        #expect(Set(growth).count > 3, "the file did not grow: \(growth)")
        try store.seal(shard: 0)
        #expect(try folder.contents() == alone.contents())
    }

    @Test("what is abandoned leaves no file")
    func abandoned() throws {
        let rows = try ArtifactSamples.rows(0..<6000, candidates: 1)
        let stages = [(name: "raw", schema: rows.schema), (name: "kept", schema: rows.schema)]
        let store = try ArtifactStore(runDirectory: folder.path, stages: stages)
        try store.append(stage: "raw", shard: 0, batch: rows, settled: 5000)
        for shard in 1...2 { try store.append(stage: "kept", shard: shard, batch: rows) }
        #expect(
            Set(try folder.contents().keys).isSuperset(
                of: ["artifacts/raw/shard-00000.parquet.tmp", "spool/kept-1.rows"]))
        #expect(try verifyRun(folder.path) == [], "what is being written is no artifact yet")
        for shard in 0...1 { store.abandon(shard: shard) }
        #expect(try folder.contents().keys.sorted() == ["manifests/index.json", "spool/kept-2.rows"])
        #expect(try verifyRun(folder.path) == [])
        try store.seal(shard: 2)
        #expect(store.sealedShards == [2])
        #expect(try verifyRun(folder.path) == [])
    }

    @Test(
        "rows may wait on another disk", .enabled(if: FileManager.default.fileExists(atPath: "/dev/shm"), "no /dev/shm")
    )
    func spoolElsewhere() throws {
        let rows = try ArtifactSamples.rows(0..<6000, candidates: 1)
        let elsewhere = "/dev/shm/fastdistill-spool-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: elsewhere) }
        try FileManager.default.createSymbolicLink(atPath: folder.file("spool"), withDestinationPath: elsewhere)
        let store = try ArtifactStore(runDirectory: folder.path, stages: [(name: "raw", schema: rows.schema)])
        for shard in 0...1 { try store.append(stage: "raw", shard: shard, batch: rows, settled: 6000) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere) == ["raw-1.rows"])
        for shard in 0...1 { try store.seal(shard: shard) }
        #expect(try verifyRun(folder.path) == [])
    }

    @Test("a row that comes after its turn is an error, not a file in another order")
    func lateRow() throws {
        let rows = try ArtifactSamples.rows(0..<6000, candidates: 1)
        let store = try ArtifactStore(runDirectory: folder.path, stages: [(name: "raw", schema: rows.schema)])
        try store.append(stage: "raw", shard: 0, batch: rows.taking(Array(100..<6000)), settled: 5000)
        let failure = #expect(throws: Failure.self) {
            try store.append(stage: "raw", shard: 0, batch: rows.taking([7]), settled: 6000)
            try store.seal(shard: 0)
        }
        #expect(failure?.code == "artifacts")
        #expect(
            failure?.message
                == "a row of the source row 7 came to '\(folder.file("spool/raw-0.rows"))' after its turn; this is an error of "
                + "FastDistill, please report it with run.json and events.jsonl")
        #expect(store.sealedShards == [])
    }

    /// How many descriptors of this process lead into a folder.
    private func openFiles(in folder: TemporaryFolder) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { descriptor in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
            return target?.hasPrefix(folder.path) == true
        }
    }

    @Test("an index that cannot be read is a failure with the remedy")
    func brokenIndex() throws {
        try createFolder(folder.file("manifests"))
        let path = try folder.write("manifests/index.json", "{}")
        let failure = #expect(throws: Failure.self) {
            try ArtifactStore(runDirectory: folder.path, stages: [("raw", ArtifactSamples.schema)])
        }
        #expect(
            failure?.message
                == "'\(path)' is not an index of manifests: delete it and run again to compute all shards anew")
    }
}
