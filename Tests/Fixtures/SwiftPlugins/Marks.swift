import PluginABI
import PluginKit

/// Passes on what the source says of a row as two verdicts and a facet.
struct Compare: Step {
    static let id = "compare"
    static let summary = "Two verdicts and a group."

    let strictly: Input<String>
    let leniently: Input<String>
    let team: Input<String?>
    let strict: Output<String>
    let lenient: Output<String>
    let group: Output<String?>

    init(_ declare: inout Declaration) {
        strictly = declare.reads("strictly", doc: "A verdict.")
        leniently = declare.reads("leniently", doc: "A verdict.")
        team = declare.reads("team", doc: "A group.")
        strict = declare.adds("strict", tags: [.verdict], doc: "A verdict.")
        lenient = declare.adds("lenient", tags: [.verdict], doc: "A verdict.")
        group = declare.adds("group", tags: [.facet], doc: "The group.")
    }

    func run(_ row: inout Row) throws {
        row[strict] = row[strictly]
        row[lenient] = row[leniently]
        row[group] = row[team]
    }
}

/// Passes on what the source says of a row as a judge's verdict and score.
struct Judge: Step {
    static let id = "judge"
    static let summary = "A verdict and a score."

    let says: Input<String>
    let points: Input<Double?>
    let said: Output<String>
    let score: Output<Double?>

    init(_ declare: inout Declaration) {
        says = declare.reads("says", doc: "A verdict.")
        points = declare.reads("points", doc: "A score.")
        said = declare.adds("said", tags: [.verdict], doc: "A verdict.")
        score = declare.adds("score", tags: [.score], minimum: 0, maximum: 5, doc: "The score.")
    }

    func run(_ row: inout Row) throws {
        row[said] = row[says]
        row[score] = row[points]
    }
}

let plugin = Plugin(id: "marks", version: "1.0.0", summary: "Marks.", steps: [Compare.self, Judge.self])

@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
