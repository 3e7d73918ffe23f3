import DataPlane
import PluginABI
import Testing

@testable import ControlPlane

/// Batches in memory that another process can write to.
@Suite struct PluginWireTests {
    private let schema = Schema([
        Field("flag", .bool), Field("text", .utf8, nullable: true),
        Field("list", .list(Field("item", .structure([Field("x", .float64), Field("y", .int64, nullable: true)])))),
    ])

    private func batch(rows: Int) -> RecordBatch {
        let builders = schema.fields.map { ColumnBuilder($0.type) }
        for row in 0..<rows {
            builders[0].append(row % 3 == 0)
            if row % 4 == 1 { builders[1].appendNull() } else { builders[1].append("text \(row)") }
            let elements = builders[2].children[0]
            for element in 0..<row % 3 {
                elements.children[0].append(Double(element) / 2)
                if element == 1 { elements.children[1].appendNull() } else { elements.children[1].append(Int64(row)) }
                elements.appendValid()
            }
            builders[2].appendValid()
        }
        return RecordBatch(schema: schema, columns: builders.map { $0.finish() }, rowCount: rows)
    }

    /// Memory with a batch in it.
    private func written(_ batch: RecordBatch, capacity: Int = 1 << 16) throws -> (memory: [UInt64], used: Int) {
        var memory = [UInt64](repeating: 0, count: capacity / 8)
        var array = ArrowArray()
        batch.export(to: &array)
        defer { withUnsafeMutablePointer(to: &array) { $0.release() } }
        let used = try memory.withUnsafeMutableBytes {
            try WireWriter.write(&array, .structure(batch.schema.fields), to: $0)
        }
        return (memory, used)
    }

    private func read(_ memory: [UInt64], _ used: Int) throws -> RecordBatch {
        try memory.withUnsafeBytes { bytes in
            let area = UnsafeRawBufferPointer(rebasing: bytes[..<used])
            let view = try WireView(area, .structure(schema.fields))
            return try withExtendedLifetime(view) {
                try RecordBatch(copying: view.array, schema: schema, bufferLengths: view.bufferLengths)
            }
        }
    }

    @Test(arguments: [0, 1, 7, 100]) func aBatchComesBackAsItWas(_ rows: Int) throws {
        let batch = batch(rows: rows)
        let (memory, used) = try written(batch)
        let copy = try read(memory, used)
        #expect(copy.rowCount == rows)
        for (left, right) in zip(batch.columns, copy.columns) {
            #expect((0..<rows).allSatisfy { left.json($0) == right.json($0) })
        }
    }

    @Test func aBatchThatDoesNotFitSaysWhatItNeeds() throws {
        let batch = batch(rows: 100)
        let (_, used) = try written(batch)
        let error = #expect(throws: WireOverflow.self) { try written(batch, capacity: 512) }
        #expect(error?.byteCount == used)
    }

    /// Whatever a word says, the reader either refuses the batch or has a sound one; it never reads outside.
    @Test func noWordCanLeadOutOfTheMemory() throws {
        let (memory, used) = try written(batch(rows: 20))
        let words = BatchWire.size(.structure(schema.fields)).words
        let hostile: [UInt64] = [0, 1, 2, 7, 63, 1 << 31, 1 << 62, .max, .max - 7, UInt64(bitPattern: -5)]
        var refused = 0
        for word in 0..<words {
            for value in hostile {
                var changed = memory
                changed[word] = value
                do {
                    let copy = try read(changed, used)
                    for column in copy.columns { for row in 0..<copy.rowCount { _ = column.json(row) } }
                } catch is ArrowFault {
                    refused += 1
                }
            }
        }
        #expect(refused > words)
    }

    @Test func aBufferOutsideTheMemoryIsRefused() throws {
        var (memory, used) = try written(batch(rows: 20))
        // The first buffer of the first child: after the root's header and one buffer, behind the child's header.
        memory[BatchWire.headerWords + 2 + BatchWire.headerWords + 2] = UInt64(used)
        let fault = #expect(throws: ArrowFault.self) { try read(memory, used) }
        #expect(fault?.description == "buffer_length at the batch: a buffer does not lie within the shared memory")
    }

    @Test func tooLittleMemoryIsRefused() throws {
        let (memory, _) = try written(batch(rows: 1))
        let fault = #expect(throws: ArrowFault.self) { try read(memory, 64) }
        #expect(fault?.description == "buffer_length at the batch: the batch does not lie within the shared memory")
    }

    @Test func framesComeOutWholeHoweverTheyAreCut() throws {
        var parser = FrameParser()
        let bytes: [UInt8] = [3, 0, 0, 0, 14, 1, 2, 3, 0, 0, 0, 0, 12]
        var frames: [Frame] = []
        for byte in bytes {
            withUnsafeBytes(of: byte) { parser.append($0) }
            while let frame = try parser.next() { frames.append(frame) }
        }
        #expect(frames.map(\.kind) == [.log, .done])
        #expect(frames.map(\.payload) == [[1, 2, 3], []])
    }

    @Test(arguments: [[255, 255, 255, 255, 14], [0, 0, 0, 0, 99]] as [[UInt8]])
    func whatIsNoFrameIsNoticed(_ bytes: [UInt8]) {
        var parser = FrameParser()
        bytes.withUnsafeBytes { parser.append($0) }
        #expect(throws: FrameParser.Nonsense.self) { try parser.next() }
    }

    @Test func schemasKeepNamesOfAnyKind() throws {
        let fields = [
            Field("a, b: utf8?", .list(Field("item", .utf8, nullable: true)), nullable: true), Field("", .bool),
        ]
        #expect(try SchemaWire.fields(SchemaWire.json(fields)) == fields)
        #expect(throws: ArrowFault.self) { try SchemaWire.fields(["name"]) }
    }

    @Test func lastWordsAreTheLastLinesAndBytes() {
        var words = LastWords()
        for line in 0..<30 { Array("line \(line)\n".utf8).withUnsafeBytes { words.append($0) } }
        #expect(words.text == (10..<30).map { "line \($0)" }.joined(separator: "\n"))
        Array(repeating: UInt8(ascii: "x"), count: 10_000).withUnsafeBytes { words.append($0) }
        #expect(words.text == String(repeating: "x", count: 4096))
    }
}
