import PluginABI
import PluginKit

/// Makes a candidate of each word of a text.
struct Words: ExpandingStep {
    static let id = "words"
    static let summary = "Makes a row of each word."

    let text: Input<String>
    let word: Output<String>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The text.")
        word = declare.adds("word", doc: "A word of it.")
    }

    func run(_ row: inout Row, emit: () throws -> Void) throws {
        for part in row[text].split(separator: " ") {
            row[word] = String(part)
            try emit()
        }
    }
}

/// Counts how often each word was given within its sample.
struct Vote: GroupedStep {
    static let id = "vote"
    static let summary = "Counts how often a word was given."

    let word: Input<String>
    let votes: Output<Int64>
    let place: Output<String>

    init(_ declare: inout Declaration) {
        word = declare.reads("word", doc: "The word.")
        votes = declare.adds("votes", doc: "How many candidates of the sample gave it.")
        place = declare.adds("place", doc: "Sample, candidate and how many there are.")
        declare.rejects("spoilt", doc: "The word is `spoilt`.")
    }

    func run(_ sample: inout Sample) throws {
        var count: [String: Int64] = [:]
        for index in 0..<sample.count { count[sample[word, index], default: 0] += 1 }
        if count["crash"] != nil { fatalError("told to crash") }
        let (ordinal, rows) = (sample.ordinal, sample.count)
        try sample.forEachRow { row, index in
            if row[word] == "spoilt" { throw Reject("spoilt") }
            row[votes] = count[row[word]] ?? 0
            row[place] = "\(ordinal):\(index)/\(rows)"
        }
    }
}

let plugin = Plugin(id: "votes", version: "1.0.0", summary: "Votes.", steps: [Words.self, Vote.self])

@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
