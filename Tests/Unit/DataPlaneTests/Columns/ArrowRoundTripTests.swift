import PluginABI
import Testing

@testable import DataPlane

@Suite("Columns over the Arrow C interface")
struct ArrowRoundTripTests {
    static func sample() throws -> RecordBatch {
        try batch([
            ("b: bool?", [true, nil, false, true, nil]),
            ("i: int64", [1, -2, 3, 9_223_372_036_854_775_807, 0]),
            ("f: float64?", [0.5, nil, -1.25, nil, 3]),
            ("t: utf8?", ["", "naïve", nil, "日本語", "🦄x"]),
            ("y: binary", ["a", "", "bc", "d", ""]),
            ("l: list<utf8?>?", [["a", nil], [], nil, ["ü"], ["b", "c", "d"]]),
            (
                "s: struct<m: utf8, n: list<int64>?>?",
                [["m": "x", "n": [1, 2]], nil, ["m": "", "n": nil], ["m": "ä", "n": []], nil]
            ),
        ])
    }

    @Test("what is exported comes back equal")
    func roundTrip() throws {
        let original = try Self.sample()
        var array = ArrowArray()
        original.export(to: &array)
        let copy = try RecordBatch(adopting: &array, schema: original.schema)
        #expect(array.release == nil)
        #expect(copy.rows == original.rows)
        #expect(copy.schema == original.schema)
    }

    @Test("a schema comes back equal, flags and nesting included")
    func schemaRoundTrip() throws {
        let schema = try Self.sample().schema
        var exported = ArrowSchema()
        schema.export(to: &exported)
        #expect(try Schema(adopting: &exported) == schema)
        #expect(exported.release == nil)
    }

    @Test("an exported array shares memory and keeps it alive after the column is gone")
    func lifetime() throws {
        var array = ArrowArray()
        weak var weakColumn: Column?
        var address: UnsafeRawPointer?
        do {
            let text = column(.utf8, ["kept alive"])
            weakColumn = text
            address = text.values?.start
            text.export(to: &array)
        }
        #expect(weakColumn != nil)
        #expect(array.buffers[2] == address)
        array.release?(&array)
        #expect(array.release == nil)
        #expect(weakColumn == nil)
    }

    @Test("a child that was moved out lives on when its parent is released")
    func movedChild() throws {
        var array = ArrowArray()
        try batch([("t: utf8", ["moved"]), ("i: int64", [7])]).export(to: &array)
        let children = try #require(array.children)
        var child = try #require(children[0]).pointee
        children[0]?.pointee.release = nil
        array.release?(&array)
        let text = try ArrowImport.column(&child, Field("t", .utf8))
        child.release?(&child)
        #expect(text.string(0) == "moved")
    }

    @Test("any window of an array imports as those rows, bitmaps shifted and offsets rebased", arguments: 0..<5)
    func slices(start: Int) throws {
        let original = try Self.sample()
        var array = ArrowArray()
        original.export(to: &array)
        defer { array.release?(&array) }
        for count in 0...5 - start {
            var window = array
            window.offset = Int64(start)
            window.length = Int64(count)
            window.null_count = -1
            let copy = try RecordBatch(copying: &window, schema: original.schema)
            #expect(copy.rows == Array(original.rows[start..<start + count]))
        }
    }

    @Test("long bitmaps at every bit offset")
    func longBitmaps() throws {
        var generator = SeededGenerator(seed: 7)
        let values: [JSONValue] = (0..<300).map { _ in
            switch UInt.random(in: 0..<3, using: &generator) {
            case 0: .null
            case 1: true
            default: false
            }
        }
        let original = try batch([("b: bool?", values)])
        var array = ArrowArray()
        original.export(to: &array)
        defer { array.release?(&array) }
        for start in 0..<70 {
            var window = array
            window.offset = Int64(start)
            window.length = Int64(200)
            window.null_count = -1
            let copy = try RecordBatch(copying: &window, schema: original.schema)
            #expect(copy.rows == Array(original.rows[start..<start + 200]))
        }
    }

    @Test("bytes behind a null are dropped, and a null struct makes its members null")
    func normalises() throws {
        // Rows "ab", null over "cd", "ef": the bitmap hides bytes that are not even UTF-8.
        let bytes: [UInt8] = [0x61, 0x62, 0xFF, 0xFE, 0x65, 0x66]
        let offsets: [Int32] = [0, 2, 4, 6]
        let text = Column(
            type: .utf8, length: 3, nullCount: 1, validity: buffer([UInt8(0b101)]), offsets: buffer(offsets),
            values: buffer(bytes))
        let inner = Column(type: .utf8, length: 3, offsets: buffer(offsets), values: buffer(Array("abcdef".utf8)))
        let outer = Column(
            type: .structure([Field("m", .utf8)]), length: 3, nullCount: 1, validity: buffer([UInt8(0b011)]),
            children: [inner])
        let schema = Schema([Field("t", .utf8, nullable: true), Field("s", outer.type, nullable: true)])
        var array = ArrowArray()
        RecordBatch(schema: schema, columns: [text, outer], rowCount: 3).export(to: &array)
        let copy = try RecordBatch(adopting: &array, schema: schema)
        #expect(copy.columns[0].values?.count == 4)
        #expect(copy.columns[0].optionalString(1) == nil)
        #expect(copy.columns[0].string(2) == "ef")
        let member = try #require(copy.columns[1].child("m"))
        #expect(member.isNull(2) && member.nullCount == 1)
        #expect(member.values.map { Array($0.bytes) } == Array("abcd".utf8))
    }

    @Test("no rows, with and without buffers")
    func empty() throws {
        let original = try Self.sample().taking([])
        var array = ArrowArray()
        original.export(to: &array)
        for index in 0..<Int(array.n_children) {
            guard let child = array.children[index] else { continue }
            for buffer in 0..<Int(child.pointee.n_buffers) { child.pointee.buffers[buffer] = nil }
        }
        #expect(try RecordBatch(adopting: &array, schema: original.schema).rowCount == 0)
    }
}

/// A buffer with these elements.
func buffer<Element: BitwiseCopyable>(_ elements: [Element]) -> Buffer {
    elements.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return Buffer(adopting: allocateBytes(0), count: 0) }
        return Buffer(copying: start, count: bytes.count)
    }
}

private enum ArrowImport {
    static func column(_ array: UnsafePointer<ArrowArray>, _ field: Field) throws -> Column {
        var importer = ArrowImporter(nil)
        return try importer.column(array, field)
    }
}
