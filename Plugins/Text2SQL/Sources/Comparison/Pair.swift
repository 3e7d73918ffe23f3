/// A prediction and its gold query, with what the official evaluators make of the two texts.
struct Pair {
    let prediction: Statement?
    let gold: Statement
    /// What Spider's evaluator runs instead; nil if it crashes.
    let spiderPrediction: Statement?
    let spiderGold: Statement?
    let spiderIsOrdered: Bool

    static let crash = "the evaluator crashes on a text without a statement"

    init(prediction: Statement?, gold: Statement) {
        self.prediction = prediction
        self.gold = gold
        spiderPrediction = prediction.flatMap { SpiderText.rewrite($0, isPrediction: true) }
        spiderGold = SpiderText.rewrite(gold, isPrediction: false)
        spiderIsOrdered = spiderGold.map(SpiderText.ordersRows) ?? false
    }
}
