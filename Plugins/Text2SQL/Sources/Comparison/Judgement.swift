/// The three verdicts of one prediction.
struct Judgement: Equatable {
    /// The rules a verdict follows.
    enum Rules: String, CaseIterable {
        case strict
        case spider = "spider_ts"
        case bird = "bird_ex"
    }

    private(set) var strict: Comparison
    private(set) var spider: Comparison
    private(set) var bird: Comparison

    init(strict: Comparison, spider: Comparison, bird: Comparison) {
        self.strict = strict
        self.spider = spider
        self.bird = bird
    }

    /// The same verdict by all rules.
    init(_ comparison: Comparison) {
        self.init(strict: comparison, spider: comparison, bird: comparison)
    }

    subscript(rules: Rules) -> Comparison {
        switch rules {
        case .strict: strict
        case .spider: spider
        case .bird: bird
        }
    }

    var hasMatch: Bool { strict.reason == .match || spider.reason == .match || bird.reason == .match }

    /// A verdict holds if it holds in all files: the first file in which it does not decides.
    mutating func add(_ next: Judgement) {
        if strict.reason == .match { strict = next.strict }
        if spider.reason == .match { spider = next.spider }
        if bird.reason == .match { bird = next.bird }
    }

    func located(in file: String) -> Judgement {
        Judgement(strict: strict.located(in: file), spider: spider.located(in: file), bird: bird.located(in: file))
    }
}
