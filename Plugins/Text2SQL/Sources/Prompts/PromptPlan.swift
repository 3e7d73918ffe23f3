import PluginKit

/// What stands in a prompt, and what had to be left out to keep within a budget of tokens.
///
/// Left out are, in this order and only as far as needed: examples, the farthest first; sample values, one of each column
/// at a time; tables that the question does not touch, the last first.
struct PromptPlan {
    let question: String
    var shots: [Shot]
    var tables: [PromptTable]
    var values: Int
    /// What was left out, in words: `2 of 3 examples`, `sample values`, `table orders`.
    private(set) var leftOut: [String] = []

    init(question: String, shots: [Shot], tables: [PromptTable], values: Int) {
        self.question = question
        self.shots = shots
        self.tables = tables
        self.values = values
    }

    func messages(_ writer: PromptWriter) -> [ChatMessage] {
        let schema = tables.map { $0.text(values: values) }.joined(separator: "\n")
        return writer.messages(question: question, schema: schema, shots: shots)
    }

    /// Leaves out what has to be; false if the prompt is longer than `budget` even then.
    mutating func fit(_ budget: Int, _ writer: PromptWriter) -> Bool {
        let all = (shots: shots.count, values: values)
        while !fits(budget, writer), !shots.isEmpty { shots.removeFirst() }
        if shots.count < all.shots { leftOut.append("\(all.shots - shots.count) of \(all.shots) examples") }
        while !fits(budget, writer), values > 0 { values -= 1 }
        if values < all.values { leftOut.append("\(all.values - values) of \(all.values) sample values a column") }
        let words = QuestionWords.all(in: question)
        var index = tables.count
        while index > 0, !fits(budget, writer) {
            index -= 1
            if tables[index].isTouched(by: words) { continue }
            leftOut.append("table \(tables.remove(at: index).name)")
        }
        return fits(budget, writer)
    }

    private func fits(_ budget: Int, _ writer: PromptWriter) -> Bool {
        TokenEstimate.tokens(messages(writer)) <= budget
    }
}
