import PluginKit

/// `judge/score`: the mark in a judge's reply.
struct Score: Step {
    static let id = "score"
    static let summary = "Reads the mark out of a judge's reply; what is not clearly a mark is none."

    let text: Input<String?>
    let status: Output<String>
    let score: Output<Double?>
    let scale: Int

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The reply of the judge; null is a reply without a mark.")
        status = declare.adds(
            "status", tags: [.facet], options: ["ok", "refused", "unparseable"],
            doc: "`ok` if there is a mark; otherwise whether the judge declined or gave no clear mark.")
        score = declare.adds(
            "score", tags: [.score], minimum: 0, maximum: 1,
            doc: "0 for the worst mark, 1 for the best; null unless ok.")
        scale = declare.option("scale", default: 5, in: 2...9, doc: "The best mark, as in `prompt`.")
        declare.example(
            input: [["text": "5"], ["text": "Score: 2/5"], ["text": "I cannot judge this."], ["text": "4 or 5"]],
            output: [
                ["status": "ok", "score": 1.0], ["status": "ok", "score": 0.25],
                ["status": "refused", "score": nil], ["status": "unparseable", "score": nil],
            ])
    }

    func run(_ row: inout Row) {
        let reading = Reply.read(row[text] ?? "", scale: scale)
        switch reading {
        case .mark(let mark):
            row[status] = "ok"
            row[score] = Double(mark - 1) / Double(scale - 1)
        case .refused: row[status] = "refused"
        case .unparseable: row[status] = "unparseable"
        }
    }
}
