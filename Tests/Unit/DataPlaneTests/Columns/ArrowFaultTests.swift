import PluginABI
import Testing

@testable import DataPlane

@Suite("Faults in incoming Arrow data")
struct ArrowFaultTests {
    /// Exports a batch, lets `tamper` spoil the first column's struct, and gives the text of the fault.
    private func fault(
        _ field: String, _ rows: [JSONValue], lengths: [Int]? = nil, root: Bool = false,
        _ tamper: (inout ArrowArray) -> Void
    ) throws -> String? {
        let original = try batch([(field, rows)])
        var array = ArrowArray()
        original.export(to: &array)
        defer { array.release?(&array) }
        let slot = try #require(array.children[0])
        let (savedRoot, savedChild) = (array, slot.pointee)
        defer {
            array = savedRoot
            slot.pointee = savedChild
        }
        if root { tamper(&array) } else { tamper(&slot.pointee) }
        do {
            _ = try RecordBatch(copying: &array, schema: original.schema, bufferLengths: lengths)
            return nil
        } catch {
            return error.description
        }
    }

    private func overwrite<Value: BitwiseCopyable>(_ array: ArrowArray, _ buffer: Int, at byte: Int, _ value: Value) {
        guard let start = array.buffers[buffer] else { return }
        UnsafeMutableRawPointer(mutating: start).storeBytes(of: value, toByteOffset: byte, as: Value.self)
    }

    @Test("lengths and offsets")
    func lengths() throws {
        #expect(
            try fault("t: utf8", ["a"]) { $0.length = -1 }
                == "length at column 't': length -1 at offset 0 is not within 0 to 2147483646")
        #expect(
            try fault("t: utf8", ["a"]) { $0.offset = .max }
                == "length at column 't': length 1 at offset 9223372036854775807 is not within 0 to 2147483646")
        #expect(
            try fault("t: utf8", ["a", "b"]) { $0.length = 1 }
                == "length at column 't': 1 rows, and 2 are needed by the column around it")
        #expect(
            try fault("t: utf8", ["a"], root: true) { $0.length = 1 << 40 }
                == "length at the batch: length 1099511627776 at offset 0 is not within 0 to 2147483646")
    }

    @Test("nulls")
    func nulls() throws {
        #expect(
            try fault("t: utf8?", ["a", nil]) { $0.null_count = 2 }
                == "null_count at column 't': 2 nulls are announced, the bitmap has 1")
        #expect(
            try fault("t: utf8?", ["a", "b"]) { $0.null_count = 1 }
                == "null_count at column 't': 1 nulls are announced without a validity bitmap")
        #expect(
            try fault("t: utf8?", ["a", "b"]) { $0.null_count = 3 } == "null_count at column 't': 3 nulls in 2 rows")
        #expect(
            try fault("t: utf8", ["a", "b", nil]) { _ in }
                == "not_nullable at column 't', row 2: a null in a column that has none by its schema")
        #expect(
            try fault("s: struct<m: utf8>?", [nil, ["m": "x"], ["m": nil]]) { _ in }
                == "not_nullable at column 's.m', row 2: a null in a column that has none by its schema")
    }

    @Test("buffers and children")
    func shape() throws {
        #expect(
            try fault("t: utf8", ["a"]) { $0.n_buffers = 2 } == "buffers at column 't': 2 buffers where utf8 has 3")
        #expect(try fault("i: int64", [1]) { $0.buffers = nil } == "buffers at column 'i': the buffers are missing")
        #expect(try fault("i: int64", [1]) { $0.buffers[1] = nil } == "buffers at column 'i': buffer 1 is missing")
        #expect(try fault("b: bool", [true]) { $0.buffers[1] = nil } == "buffers at column 'b': buffer 1 is missing")
        #expect(
            try fault("i: int64", [1]) { $0.n_children = 1 } == "children at column 'i': 1 children where int64 has 0")
        #expect(
            try fault("l: list<utf8>", [["a"]]) { $0.n_children = 0 }
                == "children at column 'l': 0 children where list<utf8> has 1")
        #expect(
            try fault("i: int64", [1], root: true) { $0.n_children = 2 }
                == "children at the batch: 2 children where struct<i: int64> has 1")
    }

    @Test("offsets")
    func offsets() throws {
        #expect(
            try fault("t: utf8", ["a", "bcd", "e"]) { overwrite($0, 1, at: 8, Int32(0)) }
                == "offsets at column 't', row 1: the offsets go down from 1 to 0")
        #expect(
            try fault("t: utf8", ["a", "b"]) { overwrite($0, 1, at: 0, Int32(-5)) }
                == "offsets at column 't', row 0: the first offset is -5")
        #expect(
            try fault("l: list<int64>", [[1], [2]]) { overwrite($0, 1, at: 8, Int32(9)) }
                == "length at column 'l.item': 2 rows, and 9 are needed by the column around it")
        #expect(
            try fault("t: utf8", ["a", "b"], lengths: [0, 0, 12, 2]) { overwrite($0, 1, at: 8, Int32(1 << 30)) }
                == "buffer_length at column 't': buffer 2 has 2 bytes, its rows need 1073741824")
    }

    @Test("buffer lengths that came along with the data")
    func bufferLengths() throws {
        let rows: [JSONValue] = ["a", nil, "b"]
        #expect(try fault("t: utf8?", rows, lengths: [0, 1, 16, 2]) { _ in } == nil)
        #expect(
            try fault("t: utf8?", rows, lengths: [0, 0, 16, 2]) { _ in }
                == "buffer_length at column 't': buffer 0 has 0 bytes, its rows need 1")
        #expect(
            try fault("t: utf8?", rows, lengths: [0, 1, 15, 2]) { _ in }
                == "buffer_length at column 't': buffer 1 has 15 bytes, its rows need 16")
        #expect(
            try fault("t: utf8?", rows, lengths: [0, 1]) { _ in }
                == "buffer_length at column 't': the lengths of its buffers are missing")
        #expect(
            try fault("i: int64", [1, 2], lengths: [0, 0, 15]) { _ in }
                == "buffer_length at column 'i': buffer 1 has 15 bytes, its rows need 16")
    }

    @Test("text that is not UTF-8, names the row")
    func text() throws {
        #expect(
            try fault("t: utf8", ["aaa", "", "bbb", "c"]) { overwrite($0, 2, at: 4, UInt8(0xFF)) }
                == "utf8 at column 't', row 2: the text is not UTF-8")
        #expect(
            try fault("t: utf8", ["a", "é", "b"]) { overwrite($0, 1, at: 4, Int32(2)) }
                == "utf8 at column 't', row 0: the text is not UTF-8")
        #expect(
            try fault("l: list<utf8>", [["a"], [], ["b", "c"]]) { list in
                guard let child = list.children[0] else { return }
                overwrite(child.pointee, 2, at: 2, UInt8(0xC0))
            } == "utf8 at column 'l.item', row 2: the text is not UTF-8")
    }

    @Test("an array that was never filled or already released")
    func released() throws {
        var array = ArrowArray()
        let fault = #expect(throws: ArrowFault.self) { try RecordBatch(adopting: &array, schema: Schema([])) }
        #expect(fault?.description == "released at the batch: the array was not filled")
        var schema = ArrowSchema()
        let second = #expect(throws: ArrowFault.self) { try Schema(adopting: &schema) }
        #expect(second?.description == "released at the batch: the schema was not filled")
    }

    @Test("an unsound array is still released, once")
    func releasedOnFault() throws {
        let original = try batch([("t: utf8", ["a", nil])])
        weak var kept: Column?
        var array = ArrowArray()
        do {
            let text = column(.utf8, ["a", nil])
            kept = text
            RecordBatch(schema: original.schema, columns: [text], rowCount: 2).export(to: &array)
        }
        #expect(kept != nil)
        #expect(throws: ArrowFault.self) { try RecordBatch(adopting: &array, schema: original.schema) }
        #expect(array.release == nil)
        #expect(kept == nil)
    }

    @Test("schemas with types that have no column here")
    func schemas() throws {
        func fault(_ tamper: (inout ArrowSchema) -> Void) throws -> String? {
            var schema = ArrowSchema()
            try Schema([Field(parsing: "a: struct<m: utf8, n: utf8>")]).export(to: &schema)
            defer { schema.release?(&schema) }
            let slot = try #require(schema.children[0])
            let saved = slot.pointee
            defer { slot.pointee = saved }
            tamper(&slot.pointee)
            let fault = #expect(throws: ArrowFault.self) { try Schema(copying: &schema) }
            return fault?.description
        }
        let large: [CChar] = Array("U".utf8CString)
        try large.withUnsafeBufferPointer { format in
            let message = try fault { $0.format = format.baseAddress }
            #expect(
                message
                    == "type at column 'a': the Arrow format 'U' is not one of b, l, g, u, z, +l, +s "
                    + "(bool, int64, float64, utf8, binary, list, struct)")
        }
        let list: [CChar] = Array("+l".utf8CString)
        try list.withUnsafeBufferPointer { format in
            let message = try fault { $0.format = format.baseAddress }
            #expect(message == "children at column 'a': a list has one child, this one has 2")
        }
        #expect(try fault { $0.format = nil } == "type at column 'a': the format is missing")
        #expect(
            try fault { $0.children = nil } == "children at column 'a': 2 children are announced and none are there")
    }

    @Test("two fields of one name")
    func duplicateNames() throws {
        var schema = ArrowSchema()
        Schema([Field("a", .structure([Field("m", .utf8), Field("m", .bool)]))]).export(to: &schema)
        let fault = #expect(throws: ArrowFault.self) { try Schema(adopting: &schema) }
        #expect(fault?.description == "duplicate_name at column 'a': two fields are called 'm'")
    }
}
