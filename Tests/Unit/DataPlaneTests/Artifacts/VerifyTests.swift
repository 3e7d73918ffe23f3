import Blocking
import Foundation
import Testing

@testable import DataPlane

@Suite("Verify", .blocking)
struct VerifyTests {
    let folder: TemporaryFolder
    let raw = "artifacts/raw/shard-00000.parquet"

    init() throws {
        folder = try TemporaryFolder()
        let rows = try ArtifactSamples.rows(0..<300)
        let store = try ArtifactStore(
            runDirectory: folder.path, stages: [("raw", rows.schema), ("distilled", rows.schema)])
        for shard in 0..<2 {
            try store.append(stage: "raw", shard: shard, batch: rows)
            try store.seal(shard: shard)
        }
    }

    private func mismatches() throws -> [String] { try verifyRun(folder.path).map(\.description) }

    private func read(_ name: String) throws -> [UInt8] { try readFile(folder.file(name)) }

    private func hash(_ name: String) throws -> String { try hashFile(folder.file(name)) }

    /// Replaces text in a file, and what the index says of its hash.
    private func edit(_ name: String, _ old: String, _ new: String, fixIndex: Bool = true) throws {
        let before = try hash(name)
        let text = String(decoding: try read(name), as: UTF8.self)
        #expect(text.contains(old))
        _ = try folder.write(name, text.replacingOccurrences(of: old, with: new))
        if fixIndex { try edit("manifests/index.json", before, hash(name), fixIndex: false) }
    }

    /// Makes the manifest and the index say what the first file is now.
    private func fit(_ before: (hash: String, count: Int)) throws {
        let manifest = "manifests/raw/shard-00000.json"
        try edit(manifest, before.hash, hash(raw))
        try edit(manifest, "\"bytes\": \(before.count)", "\"bytes\": \(read(raw).count)")
        try editIndexedSize(before.count, read(raw).count)
    }

    /// Changes the size that the index gives for the first file.
    private func editIndexedSize(_ old: Int, _ new: Int) throws {
        var index = String(decoding: try read("manifests/index.json"), as: UTF8.self)
        let place = try #require(index.range(of: "\"file_bytes\": \(old)"))
        index.replaceSubrange(place, with: "\"file_bytes\": \(new)")
        _ = try folder.write("manifests/index.json", index)
    }

    @Test("a size in the index that is not that of the manifest")
    func indexedSize() throws {
        let bytes = try read(raw).count
        try editIndexedSize(bytes, 7)
        #expect(
            try mismatches() == ["manifests/raw/shard-00000.json: file.bytes is \(bytes), the index says 7"])
    }

    @Test("a run as it was written has no mismatch")
    func clean() throws { #expect(try mismatches() == []) }

    @Test("any flipped byte of an artifact is named", arguments: [0, 5, 1000, 20_000, -1, -5, -9, -400])
    func flippedByte(position: Int) throws {
        var bytes = try read(raw)
        let stated = try hash(raw)
        let index = position < 0 ? bytes.count + position : position
        bytes[index] ^= 0x10
        _ = try folder.write(raw, bytes)
        let found = try verifyRun(folder.path)
        #expect(
            found.first
                == Mismatch(
                    kind: .value, file: raw, stage: "raw", shard: 0, field: "file.sha256",
                    detail: "file.sha256 is \(try hash(raw)), the manifest says \(stated)"))
        #expect(found.allSatisfy { $0.file == raw })
    }

    @Test("a file cut short, and the other shard is still checked")
    func cut() throws {
        let stated = try read(raw).count
        _ = try folder.write(raw, Array(try read(raw).prefix(100)))
        let second = "artifacts/raw/shard-00001.parquet"
        _ = try folder.write(second, try read(second) + [0])
        let found = try verifyRun(folder.path)
        #expect(found[0].description == "\(raw): file.bytes is 100, the manifest says \(stated)")
        #expect(found.contains { $0.file == raw && $0.kind == .unreadable })
        #expect(found.contains { $0.file == second && $0.field == "file.bytes" })
    }

    @Test("missing and extra files")
    func files() throws {
        try FileManager.default.removeItem(atPath: folder.file(raw))
        try FileManager.default.removeItem(atPath: folder.file("manifests/distilled/shard-00001.json"))
        _ = try folder.write("artifacts/raw/copy.parquet", "x")
        _ = try folder.write("manifests/notes.txt", "x")
        #expect(
            try mismatches() == [
                "artifacts/raw/shard-00000.parquet: the file is missing",
                "manifests/distilled/shard-00001.json: the manifest is missing",
                "artifacts/raw/copy.parquet: no manifest lists this file",
                "manifests/notes.txt: no manifest lists this file",
            ])
    }

    @Test("a changed value is named by its column, though all hashes of files were made to fit")
    func changedValue() throws {
        let path = folder.file(raw)
        let before = try (hash: hash(raw), count: read(raw).count)
        var rows = try ArtifactSamples.rows(0..<300)
        let builder = ColumnBuilder(.utf8)
        for row in 0..<rows.rowCount { builder.append(row == 17 ? "changed" : rows.columns[5].string(row)) }
        var columns = rows.columns
        let original = columns[5].string(17)
        columns[5] = builder.finish()
        rows = RecordBatch(schema: rows.schema, columns: columns, rowCount: rows.rowCount)
        let writer = try ParquetWriter(path: path, schema: rows.schema, rowGroupRows: 1024)
        try writer.append(rows)
        try writer.finish()
        try fit(before)
        let found = try verifyRun(folder.path)
        #expect(original != "changed")
        #expect(found.map(\.kind) == [.fieldHash])
        #expect(found.first?.field == "q" && found.first?.stage == "raw" && found.first?.shard == 0)
        let stated = try Oracle.json("field_hash.py", [folder.file("artifacts/raw/shard-00001.parquet")])
        let actual = try Oracle.json("field_hash.py", [path])
        #expect(
            found.first?.detail == "field_hash.q is \(actual["field_hash"]?["q"]?.string ?? ""), "
                + "the manifest says \(stated["field_hash"]?["q"]?.string ?? "")")
    }

    @Test("rows in another order have the same field hashes and are named for their order")
    func reordered() throws {
        let path = folder.file(raw)
        let before = try (hash: hash(raw), count: read(raw).count)
        let rows = try ArtifactSamples.rows(0..<300)
        let writer = try ParquetWriter(path: path, schema: rows.schema, rowGroupRows: 1024)
        try writer.append(rows.taking([0, 2, 1] + Array(3..<rows.rowCount)))
        try writer.finish()
        try fit(before)
        #expect(try mismatches() == ["\(raw): row 2 stands behind a row of a later ordinal or candidate"])
    }

    @Test("members of a manifest that do not fit its file")
    func manifestMembers() throws {
        let name = "manifests/raw/shard-00000.json"
        try edit(name, "\"last_ordinal\": 299", "\"last_ordinal\": 300")
        try edit(name, "\"blob: binary?\"", "\"blob: binary\"")
        try edit(name, "\"node.inner.n\"", "\"node.inner.m\"")
        let found = try verifyRun(folder.path)
        #expect(found.map(\.field) == ["last_ordinal", "schema", "node.inner.n", "node.inner.m"])
        #expect(found.map(\.kind) == [.value, .value, .fieldHash, .fieldHash])
        #expect(found[0].description == "\(raw): last_ordinal is 299, the manifest says 300")
        #expect(found[2].description.hasSuffix("the manifest says missing"))
        #expect(found[3].description.hasPrefix("\(raw): field_hash.node.inner.m is missing, the manifest says "))
    }

    @Test("a manifest that was changed without the index, and one that is none")
    func manifests() throws {
        let name = "manifests/raw/shard-00000.json"
        let stated = try hash(name)
        try edit(name, "\"shard\": 0", "\"shard\": 7", fixIndex: false)
        let broken = "manifests/distilled/shard-00001.json"
        let statedBroken = try hash(broken)
        _ = try folder.write(broken, "[")
        #expect(
            try mismatches() == [
                "\(name): sha256 is \(hash(name)), the index says \(stated)",
                "\(raw): shard is 0, the manifest says 7",
                "\(broken): sha256 is \(hash(broken)), the index says \(statedBroken)",
                "\(broken): this is no manifest",
            ])
    }

    @Test("an index that is missing, broken, or lacks a stage")
    func index() throws {
        let index = "manifests/index.json"
        let text = String(decoding: try read(index), as: UTF8.self)
        var json = try JSONParser().parse(text)
        if case .object(var members) = json, case .array(var shards)? = json["shards"],
            case .object(var first) = shards[0], case .array(let stages) = first[1].1
        {
            first[1].1 = .array(stages.filter { $0["stage"] != "distilled" })
            shards[0] = .object(first)
            members[1].1 = .array(shards)
            json = .object(members)
        }
        _ = try folder.write(index, json.compact)
        #expect(
            try mismatches() == [
                "\(index): shard 0 lacks the stage 'distilled', which other shards have",
                "artifacts/distilled/shard-00000.parquet: no manifest lists this file",
                "manifests/distilled/shard-00000.json: no manifest lists this file",
            ])
        _ = try folder.write(index, "{")
        #expect(
            try mismatches().first == "\(index): '\(folder.file(index))' is not an index of manifests: "
                + "delete it and run again to compute all shards anew")
        try FileManager.default.removeItem(atPath: folder.file(index))
        #expect(try mismatches().first == "\(index): the index of the manifests is missing")
        #expect(try mismatches().count == 9)
    }

    @Test("a run that has sealed nothing has an index without shards, and all is as it says")
    func nothingSealed() throws {
        let empty = try TemporaryFolder()
        let store = try ArtifactStore(runDirectory: empty.path, stages: [("raw", ArtifactSamples.schema)])
        #expect(store.sealedShards == [])
        let index = try readFile(empty.file("manifests/index.json"))
        #expect(
            try JSONParser().parse(String(decoding: index, as: UTF8.self))
                == ["format": "fastdistill.manifest-index/1", "shards": []])
        #expect(try verifyRun(empty.path) == [])
    }

    @Test("a folder that is not there")
    func noFolder() throws {
        let failure = #expect(throws: Failure.self) { try verifyRun(folder.file("no")) }
        #expect(failure?.message == "'\(folder.file("no"))' is not the folder of a run")
    }
}
