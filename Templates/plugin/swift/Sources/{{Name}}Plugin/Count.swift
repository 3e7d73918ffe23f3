import PluginKit

/// `{{name}}/count`: how many words a text has.
struct Count: Step {
    static let id = "count"
    static let summary = "Counts the words of a text."

    let text: Input<String>
    let words: Output<Int64>
    let limit: Int

    /// Says what the step reads and adds, and what a graph can set. Runs when the plugin is described, too.
    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The text.")
        words = declare.adds("words", minimum: 0, doc: "How many runs of bytes that are no ASCII space it has.")
        limit = declare.option("limit", default: 100_000, in: 1...10_000_000, doc: "The longest text, in UTF-8 bytes.")
        declare.rejects("too_long", doc: "The text is longer than `limit`.")
        declare.example(input: [["text": "to be or not"], ["text": ""]], output: [["words": 4], ["words": 0]])
        declare.example(with: ["limit": 5], input: [["text": "to be"], ["text": "or not"]], output: [["words": 2]])
    }

    /// One row: a function of its columns and the options, and of nothing else.
    func run(_ row: inout Row) throws {
        let bytes = row[text].utf8
        guard bytes.count <= limit else { throw Reject("too_long", "\(bytes.count) bytes") }
        row[words] = Int64(bytes.split(whereSeparator: Self.isSpace).count)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains(byte)
    }
}
