import PluginKit

/// `judge/score`: the mark in a judge's reply.
struct Score: Step {
    static let id = "score"
    static let summary = "Reads the mark out of a judge's reply; what is not clearly a mark is none."

    let text: Input<String?>
    let status: Output<String>
    let score: Output<Double?>
    let verdict: Output<String>
    let scale: Int
    let threshold: Double

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The reply of the judge; null is a reply without a mark.")
        status = declare.adds(
            "status", tags: [.facet], options: ["ok", "refused", "unparseable"],
            doc: "`ok` if there is a mark; otherwise whether the judge declined or gave no clear mark.")
        score = declare.adds(
            "score", tags: [.score], minimum: 0, maximum: 1,
            doc: "0 for the worst mark, 1 for the best; null unless ok.")
        verdict = declare.adds(
            "verdict", tags: [.verdict], options: JudgeVerdict.words,
            doc: "`ok` from `ok_from` on, else `wrong`; `undecidable` without a score.")
        scale = declare.option("scale", default: 5, in: 2...9, doc: "The best mark, as in `prompt`.")
        threshold = declare.option(
            "ok_from", default: 0.75, in: 0...1, since: "1.1.0", doc: "The lowest score that is `ok`.")
        declare.example(
            input: [["text": "5"], ["text": "Score: 2/5"], ["text": "I cannot judge this."], ["text": "4 or 5"]],
            output: [
                ["status": "ok", "score": 1.0, "verdict": "ok"], ["status": "ok", "score": 0.25, "verdict": "wrong"],
                ["status": "refused", "score": nil, "verdict": "undecidable"],
                ["status": "unparseable", "score": nil, "verdict": "undecidable"],
            ])
    }

    func run(_ row: inout Row) {
        let reading = Reply.read(row[text] ?? "", scale: scale)
        var found: Double?
        switch reading {
        case .mark(let mark):
            row[status] = "ok"
            found = Double(mark - 1) / Double(scale - 1)
        case .refused: row[status] = "refused"
        case .unparseable: row[status] = "unparseable"
        }
        row[score] = found
        row[verdict] = JudgeVerdict.word(found, okFrom: threshold)
    }
}
