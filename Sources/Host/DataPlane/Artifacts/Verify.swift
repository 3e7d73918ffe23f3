/// Computes anew all that the manifests of a run say, and names what differs.
///
/// ```swift
/// for mismatch in try verifyRun("runs/demo-1") { print(mismatch) }
/// // artifacts/raw/shard-00000.parquet: file.sha256 is 5d41…, the manifest says 7d79…
/// ```
///
/// Checked are the files' bytes, counts, bounds, schemas, every `field_hash`, the order of rows, the manifests against
/// the index, and that no file is missing or too many. What cannot be read is a mismatch and does not hide others.
/// Memory is bounded by a batch of rows.
///
/// - Throws: ``Failure`` when there is no such folder.
/// - Complexity: O(bytes of the artifacts).
public func verifyRun(_ runDirectory: String) throws(Failure) -> [Mismatch] {
    guard PathKind(runDirectory) == .folder else {
        throw Failure("usage", "'\(runDirectory)' is not the folder of a run", at: Location(file: runDirectory))
    }
    var verifier = Verifier(runDirectory)
    verifier.verify()
    return verifier.mismatches
}

private struct Verifier {
    private struct Place {
        var file: String
        var stage: String?
        var shard: Int?
    }

    private let runDirectory: String
    private var listed: Set<String> = [ArtifactPath.index]
    private(set) var mismatches: [Mismatch] = []

    init(_ runDirectory: String) { self.runDirectory = runDirectory }

    mutating func verify() {
        guard PathKind(path(ArtifactPath.index)) != nil else {
            note(.missingFile, Place(file: ArtifactPath.index), "the index of the manifests is missing")
            return findExtraFiles()
        }
        do throws(Failure) {
            let index = try ManifestIndex(runDirectory: runDirectory)
            let shards = index.shards.sorted { $0.key < $1.key }
            let stages = Set(shards.flatMap { $0.value.map(\.stage) })
            for (shard, entries) in shards {
                for entry in entries { verify(entry, shard) }
                for stage in stages.subtracting(entries.map(\.stage)).sorted() {
                    note(
                        .missingFile, Place(file: ArtifactPath.index, stage: stage, shard: shard),
                        "shard \(shard) lacks the stage '\(stage)', which other shards have")
                }
            }
        } catch {
            note(.unreadable, Place(file: ArtifactPath.index), error.message)
        }
        findExtraFiles()
    }

    /// Checks a manifest against the index, and its file against the manifest.
    private mutating func verify(_ entry: ManifestIndex.Entry, _ shard: Int) {
        let place = Place(file: ArtifactPath.manifest(entry.stage, shard), stage: entry.stage, shard: shard)
        listed.formUnion([place.file, ArtifactPath.file(entry.stage, shard)])
        guard PathKind(path(place.file)) != nil else { return note(.missingFile, place, "the manifest is missing") }
        do throws(Failure) {
            let bytes = try readFile(path(place.file))
            var hash = SHA256()
            bytes.withUnsafeBytes { hash.update($0) }
            compare("sha256", .string(entry.sha256), .string(hash.finish()), place, source: "the index")
            let parsed = bytes.withUnsafeBytes { bytes in
                Result { () throws(JSONSyntaxError) in try JSONParser().parse(bytes) }
            }
            guard case .success(let stated) = parsed, stated["format"]?.string == Manifest.format else {
                return note(.unreadable, place, "this is no manifest")
            }
            compare("count", .int(Int64(entry.count)), stated["count"], place, source: "the index")
            let fileBytes = JSONValue.int(Int64(entry.fileBytes))
            compare("file.bytes", fileBytes, stated["file"]?["bytes"], place, source: "the index")
            verifyFile(stated, entry.stage, shard)
        } catch {
            note(.unreadable, place, error.message)
        }
    }

    /// Checks an artifact file against what its manifest states.
    private mutating func verifyFile(_ stated: JSONValue, _ stage: String, _ shard: Int) {
        let place = Place(file: ArtifactPath.file(stage, shard), stage: stage, shard: shard)
        guard PathKind(path(place.file)) != nil else { return note(.missingFile, place, "the file is missing") }
        do throws(Failure) {
            let bytes = try FileFacts.byteCount(path(place.file))
            let sha256 = try hashFile(path(place.file))
            compare("file.bytes", stated["file"]?["bytes"], .int(Int64(bytes)), place)
            compare("file.sha256", stated["file"]?["sha256"], .string(sha256), place)
            let facts = try FileFacts(
                reading: path(place.file), as: place.file, stage: stage, shard: shard, bytes: bytes, sha256: sha256)
            compareRows(stated, facts.manifest, place)
            if let row = facts.disorderedRow {
                note(.rowOrder, place, "row \(row) stands behind a row of a later ordinal or candidate")
            }
        } catch {
            note(.unreadable, place, error.message)
        }
    }

    /// Compares a manifest with what its file's rows come to, member by member.
    private mutating func compareRows(_ stated: JSONValue, _ found: Manifest, _ place: Place) {
        for (name, value) in found.json.object ?? [] where name != "file" && name != "field_hash" {
            compare(name, stated[name], value, place)
        }
        compare("file.path", stated["file"]?["path"], .string(found.path), place)
        let columns = stated["field_hash"]?.object ?? []
        for column in found.fieldHashes {
            let expected = columns.first { $0.0 == column.field }?.1
            compare("field_hash.\(column.field)", expected, .string(column.hash), place, column: column.field)
        }
        for (name, expected) in columns where !found.fieldHashes.contains(where: { $0.field == name }) {
            compare("field_hash.\(name)", expected, nil, place, column: name)
        }
    }

    private mutating func compare(
        _ member: String, _ expected: JSONValue?, _ found: JSONValue?, _ place: Place, column: String? = nil,
        source: String = "the manifest"
    ) {
        if let expected, let found, expected == found { return }
        func text(_ value: JSONValue?) -> String { value.map { $0.string ?? $0.compact } ?? "missing" }
        note(
            column == nil ? .value : .fieldHash, place, field: column ?? member,
            "\(member) is \(text(found)), \(source) says \(text(expected))")
    }

    private mutating func note(_ kind: Mismatch.Kind, _ place: Place, field: String? = nil, _ detail: String) {
        mismatches.append(
            Mismatch(
                kind: kind, file: place.file, stage: place.stage, shard: place.shard, field: field, detail: detail))
    }

    /// Names what lies below `artifacts/` and `manifests/` and is not listed, but for files that are being written or that a
    /// killed run was writing.
    private mutating func findExtraFiles() {
        for top in ["artifacts", "manifests"] { findExtraFiles(top) }
    }

    private mutating func findExtraFiles(_ folder: String) {
        do throws(Failure) {
            for name in try fileNames(in: path(folder)) {
                let file = "\(folder)/\(name)"
                if PathKind(path(file)) == .folder {
                    findExtraFiles(file)
                } else if !listed.contains(file), !file.hasSuffix(".parquet" + ArtifactPath.temporarySuffix) {
                    note(.extraFile, Place(file: file), "no manifest lists this file")
                }
            }
        } catch {
            note(.unreadable, Place(file: folder), error.message)
        }
    }

    private func path(_ relative: String) -> String { "\(runDirectory)/\(relative)" }
}
