import Blocking
import Testing

@testable import DataPlane

@Suite("Identity", .blocking)
struct IdentityTests {
    private func ids(_ sample: JSONValue) -> JSONValue {
        let schema = Identity.schemaHash(of: sample["context_schema"]?.string ?? "")
        let task = sample["task_id"]?.string ?? ""
        let input = sample["canonical_input"]?.string ?? ""
        let profile = sample["decode_profile"]?.string ?? ""
        let inputID = Identity.inputID(taskID: task, schemaHash: schema, canonicalInput: input)
        let sampleID = Identity.sampleID(
            taskID: task, schemaHash: schema, canonicalInput: input, decodeProfile: profile)
        return .object([
            ("schema_hash", .string(schema.hex)), ("input_id", .string(inputID.hex)),
            ("sample_id", .string(sampleID.hex)),
        ])
    }

    @Test("gives the golden vectors, and so does plain Python")
    func goldenVectors() throws {
        let path = Oracle.packageRoot.appending(path: "Docs/specs/identity-vectors.json").path
        let vectors = try JSONParser().parse(readFile(path).withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
        let samples = try #require(vectors["samples"]?.array)
        #expect(samples.count >= 4)
        let golden = samples.map { sample in
            JSONValue.object(["schema_hash", "input_id", "sample_id"].map { ($0, sample[$0] ?? .null) })
        }
        #expect(samples.map(ids) == golden)
        #expect(try Oracle.json("identity.py", [], input: JSONValue.array(samples).compact) == .array(golden))
    }

    @Test("agrees with plain Python on odd text")
    func oddText() throws {
        let texts = [
            "", " ", "\u{0}", "é", "e\u{301}", "🦩👨‍👩‍👧", "日本語\n\t", "a\u{FEFF}b", String(repeating: "x", count: 100_000),
            "\u{10FFFF}",
        ]
        var samples: [JSONValue] = []
        for (index, text) in texts.enumerated() {
            samples.append([
                "task_id": .string(texts[(index + 3) % texts.count]), "context_schema": .string(text),
                "canonical_input": .string(texts[(index + 1) % texts.count]),
                "decode_profile": .string("{\"n\(index)\":1}"),
            ])
        }
        let ours = samples.map(ids)
        #expect(try Oracle.json("identity.py", [], input: JSONValue.array(samples).compact) == .array(ours))
        #expect(Set(ours.compactMap { $0["sample_id"]?.string }).count == texts.count)
    }

    @Test("composed and decomposed text are two inputs, and so are shifted fields")
    func distinct() {
        let schema = Identity.schemaHash(of: "s")
        func id(_ task: String, _ input: String) -> String {
            Identity.inputID(taskID: task, schemaHash: schema, canonicalInput: input).hex
        }
        #expect(id("t", "é") != id("t", "e\u{301}"))
        #expect(id("ab", "c") != id("a", "bc"))
        #expect(id("t", "é") == id("t", "\u{E9}"))
    }

    @Test("the byte functions agree with the text functions")
    func bytes() {
        let text = column(.utf8, ["text2sql", "How many?"])
        let schema = Identity.schemaHash(of: text.bytes(1))
        #expect(schema == Identity.schemaHash(of: "How many?"))
        #expect(
            Identity.inputID(taskID: text.bytes(0), schemaHash: schema, canonicalInput: text.bytes(1))
                == Identity.inputID(taskID: "text2sql", schemaHash: schema, canonicalInput: "How many?"))
        let builder = ColumnBuilder(.utf8)
        builder.append(schema)
        #expect(builder.finish().string(0) == schema.hex)
        #expect(schema.hex == sha256Hex(of: "How many?"))
    }
}

@Suite("Duplicates")
struct DuplicateIndexTests {
    private func digest(_ number: Int) -> Digest { Identity.schemaHash(of: String(number)) }

    @Test("the first row wins, in memory and behind the bound", arguments: [1, 7, 50, 100_000])
    func firstWins(limit: Int) throws {
        let folder = try TemporaryFolder()
        let index = DuplicateIndex(limit: limit, spillFolder: folder.path)
        var generator = SeededGenerator(seed: 11)
        var expected: [Int: Int64] = [:]
        var ordinal: Int64 = 0
        for _ in 0..<40 {
            let numbers = (0..<25).map { _ in Int.random(in: 0..<400, using: &generator) }
            let ordinals = numbers.map { _ in
                defer { ordinal += 1 }
                return ordinal
            }
            for (number, ordinal) in zip(numbers, ordinals) where expected[number] == nil { expected[number] = ordinal }
            let first = try index.claim(numbers.map(digest), ordinals: ordinals)
            #expect(first == numbers.map { expected[$0] })
        }
    }

    @Test("a table holds what came, however it grows")
    func table() {
        var table = DigestTable()
        for number in 0..<5000 {
            #expect(table[digest(number)] == nil)
            table.insert(digest(number), Int64(number))
        }
        #expect((0..<5000).allSatisfy { table[digest($0)] == Int64($0) } && table[digest(5000)] == nil)
        #expect(table.entries.map(\.ordinal) == (0..<5000).map { Int64($0) })
    }

    @Test("the temporary file goes away with the index")
    func cleansUp() throws {
        let folder = try TemporaryFolder()
        do {
            let index = DuplicateIndex(limit: 2, spillFolder: folder.path)
            _ = try index.claim([digest(1), digest(2), digest(3)], ordinals: [0, 1, 2])
            #expect(try folder.names().count == 1)
        }
        #expect(try folder.names() == [])
    }

    @Test("a folder that cannot be written is a failure that names the file")
    func failure() throws {
        let folder = try TemporaryFolder()
        let index = DuplicateIndex(limit: 1, spillFolder: folder.file("missing"))
        let failure = #expect(throws: Failure.self) { try index.claim([digest(1)], ordinals: [0]) }
        #expect(failure?.code == "duplicate_index")
        #expect(
            failure?.message.hasPrefix("cannot create the temporary file '\(folder.path)/missing/duplicates-") == true)
        #expect(failure?.message.hasSuffix(".sqlite': unable to open database file") == true)
    }
}
