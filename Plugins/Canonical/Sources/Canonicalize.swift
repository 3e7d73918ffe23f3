import PluginKit

/// `canonical/canonicalize`: the text that identifies a sample.
struct Canonicalize: Step {
    static let id = "canonicalize"
    static let summary = "Normalises a text: Unicode NFC, plain spaces, nothing invisible."

    let text: Input<String>
    let canonical: Output<String>
    let keepsLineBreaks: Bool

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The text as it came.")
        canonical = declare.adds(
            "text", tags: [.canonicalInput, .contaminationKey], doc: "The text in canonical form; may be empty.")
        keepsLineBreaks = declare.option(
            "keep_line_breaks", default: false,
            doc: "White space with a line break in it becomes a line feed instead of a space.")
        declare.example(
            input: [["text": "  How many\u{00A0}\u{200B}cafe\u{0301}s\r\nare there? "]],
            output: [["text": "How many cafés are there?"]])
        declare.example(
            with: ["keep_line_breaks": true],
            input: [["text": "one \r\n two\tthree\n"]], output: [["text": "one\ntwo three"]])
    }

    func run(_ row: inout Row) {
        let bytes = row.utf8(text)
        if CanonicalForm.isPlain(bytes) {
            row.set(canonical, utf8: bytes)
        } else if let form = CanonicalForm.simple(bytes, keepingLineBreaks: keepsLineBreaks) {
            form.withUnsafeBytes { row.set(canonical, utf8: $0) }
        } else {
            row[canonical] = CanonicalForm.of(row[text], keepingLineBreaks: keepsLineBreaks)
        }
    }
}
