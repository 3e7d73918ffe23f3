import PluginABI
import Testing

@testable import PluginKit

/// Copies a column of each type.
private struct CopyAll: Step {
    static let id = "copy_all"
    static let summary = "Copies."
    let text: (Input<String?>, Output<String?>)
    let integer: (Input<Int64?>, Output<Int64?>)
    let number: (Input<Double?>, Output<Double?>)
    let bool: (Input<Bool?>, Output<Bool?>)
    let bytes: (Input<[UInt8]?>, Output<[UInt8]?>)
    let list: (Input<[String]?>, Output<[String]?>)
    let gappy: (Input<[Int64?]>, Output<[Int64?]>)
    let nested: (Input<[[Bool]]>, Output<[[Bool]]>)
    let messages: (Input<[ChatMessage]?>, Output<[ChatMessage]?>)
    let message: (Input<ChatMessage?>, Output<ChatMessage?>)

    init(_ declare: inout Declaration) {
        func pair<T>(_ name: String) -> (Input<T>, Output<T>) {
            (declare.reads(name, doc: ""), declare.adds(name, doc: ""))
        }
        text = pair("text")
        integer = pair("integer")
        number = pair("number")
        bool = pair("bool")
        bytes = pair("bytes")
        list = pair("list")
        gappy = pair("gappy")
        nested = pair("nested")
        messages = pair("messages")
        message = pair("message")
    }

    func run(_ row: inout Row) {
        row[text.1] = row[text.0]
        row[integer.1] = row[integer.0]
        row[number.1] = row[number.0]
        row[bool.1] = row[bool.0]
        row[bytes.1] = row[bytes.0]
        row[list.1] = row[list.0]
        row[gappy.1] = row[gappy.0]
        row[nested.1] = row[nested.0]
        row[messages.1] = row[messages.0]
        row[message.1] = row[message.0]
    }
}

/// Reads a text in all the ways there are.
private struct Ways: Step {
    static let id = "ways"
    static let summary = ""
    let text: Input<String>
    let maybe: OptionalInput<String>
    let borrowed: Input<String?>
    let seen: Output<String>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "")
        maybe = declare.readsOptional("maybe", doc: "")
        borrowed = declare.reads("borrowed", doc: "")
        seen = declare.adds("seen", doc: "")
    }

    func run(_ row: inout Row) {
        let bytes = row.utf8(borrowed).map { "\($0.count)" } ?? "nil"
        row[seen] = "\(row.utf8(text).count) \(maybe.isBound) \(row[maybe] ?? "nil") \(bytes)"
    }
}

@Suite("Columns")
struct ColumnTests {
    private static let full: [String: Value] = [
        "text": "straße \u{0} 🙂", "integer": -9_223_372_036_854_775_808, "number": 0.1, "bool": true,
        "bytes": .bytes([0, 255]), "list": ["a", "", "ccc"], "gappy": [1, nil, 3],
        "nested": [[true, false], [], [true]],
        "messages": [["role": "user", "content": "hi"], ["role": "assistant", "content": ""]],
        "message": ["role": "system", "content": "be brief"],
    ]
    private static let empty: [String: Value] = [
        "text": nil, "integer": nil, "number": nil, "bool": nil, "bytes": nil, "list": nil, "gappy": [], "nested": [],
        "messages": nil, "message": nil,
    ]

    @Test("of every type are read and written, nulls and empty values included")
    func allTypes() throws {
        var blank = Self.empty
        blank["text"] = ""
        blank["bytes"] = .bytes([])
        blank["list"] = []
        blank["bool"] = false
        blank["messages"] = []
        let rows = [Self.full, Self.empty, blank, Self.full, Self.full, blank, Self.empty, Self.full, Self.full]
        #expect(try StepHarness<CopyAll>().run(rows) == rows.map { .added($0) })
    }

    @Test("of large batches keep every value")
    func large() throws {
        let rows: [[String: Value]] = (0..<5000).map { index in
            var row = index % 3 == 0 ? Self.empty : Self.full
            row["integer"] = .integer(Int64(index))
            row["text"] = index % 7 == 0 ? .null : .text(String(repeating: "x", count: index % 90))
            return row
        }
        #expect(try StepHarness<CopyAll>().run(rows) == rows.map { .added($0) })
    }

    @Test("of a slice are read from where it begins", arguments: [(0, 0), (3, 0), (0, 5), (3, 5), (9, 8)])
    func sliced(batchOffset: Int, columnOffset: Int) throws {
        let call = try CallThroughC(copyPlugin.entry)
        #expect(call.create("copy_all") == FASTDISTILL_OK)
        var declaration = Declaration(of: CopyAll.self, configuration: nil)
        _ = CopyAll(&declaration)
        let fields = declaration.spec.reads.map(\.field)
        var (_, reads, adds) = call.bind(fields)
        reads.release(&reads)
        adds.release(&adds)

        let before = batchOffset + columnOffset
        let rows = (0..<before + 20).map { $0 % 2 == 0 ? Self.full : Self.empty }
        let children = try fields.map { field in
            let builder = ColumnBuilder(field.type, isNullable: field.isNullable, capacity: 0)
            for (index, row) in rows.enumerated() {
                var value = row[field.name] ?? .null
                if field.name == "integer" { value = .integer(Int64(index)) }
                try value.append(to: builder)
            }
            var array = builder.finish()
            array.offset = Int64(columnOffset)
            array.length -= Int64(columnOffset)
            return array
        }
        var input = exportArray(length: 20, nulls: 0, buffers: [nil], children: children)
        input.offset = Int64(batchOffset)
        var (status, out, rejects) = call.run(input)
        #expect(status == FASTDISTILL_OK && out.length == 20)
        for (index, field) in fields.enumerated() {
            let column = ColumnView(try #require(out.children[index + 1]))
            for row in 0..<20 {
                let expected =
                    field.name == "integer" ? .integer(Int64(before + row)) : rows[before + row][field.name]
                #expect(Value(column, row, field) == expected)
            }
        }
        out.release(&out)
        rejects.release(&rejects)
    }

    @Test("that are optional are nil when unbound, and can be borrowed as bytes")
    func optional() throws {
        #expect(
            try StepHarness<Ways>(bound: []).run([["text": "ä", "borrowed": "abc"], ["text": "", "borrowed": nil]])
                == [.added(["seen": "2 false nil 3"]), .added(["seen": "0 false nil nil"])])
        #expect(
            try StepHarness<Ways>().run([["text": "ä", "maybe": "m", "borrowed": ""], ["text": "a"]])
                == [.added(["seen": "2 true m 0"]), .added(["seen": "1 true nil nil"])])
    }
}

private let copyPlugin = Plugin(id: "copier", version: "1.0.0", summary: "Copies.", steps: [CopyAll.self])
