import Testing

@testable import PluginKit

/// Sets texts from bytes in all the ways there are.
private struct Bytes: Step {
    struct Stop: Error, CustomStringConvertible { let description = "stop" }
    static let id = "bytes"
    static let summary = ""
    let text: Input<String>
    let maybe: OptionalInput<String>
    let copy: Output<String>
    let maybeCopy: Output<String?>
    let upper: Output<String>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "")
        maybe = declare.readsOptional("maybe", doc: "")
        copy = declare.adds("copy", doc: "")
        maybeCopy = declare.adds("maybe_copy", doc: "")
        upper = declare.adds("upper", doc: "")
        declare.rejects("rejected", doc: "")
    }

    func run(_ row: inout Row) throws {
        let bytes = row.utf8(text)
        row.set(copy, utf8: bytes)
        row.set(maybeCopy, utf8: row.utf8(maybe))
        try row.set(upper, capacity: bytes.count) { text in
            for byte in bytes {
                if byte == UInt8(ascii: "!") { throw Stop() }
                if byte == UInt8(ascii: "#") { throw Reject("rejected") }
                text.append((0x61...0x7A).contains(byte) ? byte - 0x20 : byte)
            }
        }
        if bytes.count == 2 {
            row[upper] = "two"
            row.set(copy, utf8: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}

@Suite("Texts as bytes")
struct ByteTests {
    private func row(_ copy: String, _ maybe: Value, _ upper: String) -> HarnessResult {
        .added(["copy": .text(copy), "maybe_copy": maybe, "upper": .text(upper)])
    }

    @Test("are the same as texts, nulls and replaced values included")
    func same() throws {
        let long = String(repeating: "ä text that makes the column grow. ", count: 50)
        let results = try StepHarness<Bytes>().run([
            ["text": "hi there", "maybe": "m"], ["text": "", "maybe": ""], ["text": "no"], ["text": .text(long)],
            ["text": "a#b", "maybe": "x"], ["text": "end"],
        ])
        #expect(
            results == [
                row("hi there", "m", "HI THERE"), row("", "", ""), row("", nil, "two"),
                row(long, nil, long.replacing("ä", with: "\u{1}").uppercased().replacing("\u{1}", with: "ä")),
                .rejected(code: "rejected", detail: nil), row("end", nil, "END"),
            ])
    }

    @Test("that are not finished fail the batch")
    func thrown() throws {
        #expect(throws: StepError(.internal, "stop", row: 1)) {
            try StepHarness<Bytes>().run([["text": "a"], ["text": "b!"]])
        }
    }
}
