import Foundation

@testable import DataPlane

/// Rows as a run makes them: host columns, a source column, a node's column of every type.
enum ArtifactSamples {
    static let fields = [
        "task_id: utf8", "row_id: utf8", "ordinal: int64", "candidate: int64", "sample_id: utf8?", "q: utf8",
        "node: struct<text: utf8?, tokens: int64, score: float64?, ok: bool?, inner: struct<n: int64?>, "
            + "parts: list<struct<a: utf8?, b: bool>>?>?",
        "blob: binary?",
    ]

    static var schema: Schema {
        get throws { Schema(try fields.map { try Field(parsing: $0) }) }
    }

    /// `candidates` rows for each ordinal.
    static func rows(_ ordinals: Range<Int>, candidates: Int = 2, textBytes: Int = 20) throws -> RecordBatch {
        var generator = SeededGenerator(seed: UInt64(ordinals.lowerBound) + 1)
        func text(_ number: Int) -> String { String(repeating: "ä\(number)", count: textBytes / 4) }
        var columns = [[JSONValue]](repeating: [], count: fields.count)
        for ordinal in ordinals {
            for candidate in 0..<candidates {
                let random = Int.random(in: 0..<1000, using: &generator)
                let node: JSONValue =
                    random % 7 == 0
                    ? .null
                    : [
                        "text": random % 5 == 0 ? .null : .string(text(random)),
                        "tokens": .int(Int64(random)), "score": random % 3 == 0 ? .null : .double(Double(random) / 8),
                        "ok": random % 4 == 0 ? .null : .bool(random % 2 == 0),
                        "inner": ["n": random % 6 == 0 ? .null : .int(Int64(-random))],
                        "parts": random % 11 == 0
                            ? .null
                            : .array((0..<random % 3).map { ["a": $0 == 1 ? .null : "p", "b": .bool($0 == 0)] }),
                    ]
                let values: [JSONValue] = [
                    "t", .string("file.jsonl:\(ordinal + 1)"), .int(Int64(ordinal)), .int(Int64(candidate)),
                    .string(sha256Hex(of: "\(ordinal)")), .string("question \(ordinal)"), node,
                    random % 9 == 0 ? .null : .string("blob\(random)"),
                ]
                for (index, value) in values.enumerated() { columns[index].append(value) }
            }
        }
        return try batch(Array(zip(fields, columns)))
    }
}

extension TemporaryFolder {
    /// All files below the folder with their bytes, by relative path.
    func contents() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for file in FileManager.default.enumerator(atPath: path) ?? .init() {
            guard let file = file as? String else { continue }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: self.file(file), isDirectory: &isFolder)
            if !isFolder.boolValue { files[file] = try Data(contentsOf: URL(filePath: self.file(file))) }
        }
        return files
    }
}
