import PluginKit

struct Shout: Step {
    static let id = "upper"
    static let summary = "Turns a text to upper case."

    let text: Input<String>
    let loud: Output<String>
    let suffix: String
    let limit: Int

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The text.")
        loud = declare.adds("loud", doc: "The text in upper case, with the suffix.")
        suffix = declare.option("suffix", default: "!", doc: "Put after the text.")
        limit = declare.option("limit", default: 1000, in: 1...100_000, doc: "Longest text, in characters.")
        declare.rejects("too_long", doc: "The text is longer than `limit`.")
        declare.example(with: ["suffix": "?"], input: [["text": "hi"]], output: [["loud": "HI?"]])
    }

    func run(_ row: inout Row) throws {
        guard row[text].count <= limit else { throw Reject("too_long", "\(row[text].count) characters") }
        row[loud] = row[text].uppercased() + suffix
    }
}
