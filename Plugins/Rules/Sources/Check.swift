import PluginKit

/// `rules/check`: the first rule that a text breaks.
struct Check: Step {
    static let id = "check"
    static let summary = "Says whether a text keeps the rules, and if not, which one it breaks."
    static let doc = """
        The rules are tried in the order of the status values; the first that fails counts. Every rule takes time in \
        proportion to the length of the text, whatever the text and the patterns are.
        """

    let text: Input<String?>
    let finishReason: OptionalInput<String>
    let status: Output<String>
    let reason: Output<String?>

    private let options: CheckOptions
    private var rules: [Rule] = []

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "The text; null is the same as empty.")
        finishReason = declare.readsOptional(
            "finish_reason", doc: "Why the model stopped, for `complete`.")
        status = declare.adds("status", options: Rule.statuses, doc: "`ok`, or the first rule that the text breaks.")
        reason = declare.adds(
            "reason", doc: "What broke the rule: a length, a phrase, a pattern, the forbidden part, a letter, a share.")
        options = CheckOptions(&declare)
        declare.example(
            with: ["min_characters": 3, "banned": ["draft"]],
            input: [["text": "fine"], ["text": " "], ["text": "ab"], ["text": "a DRAFT here"]],
            output: [
                ["status": "ok", "reason": nil], ["status": "empty", "reason": nil],
                ["status": "too_short", "reason": "2 characters"], ["status": "banned", "reason": "draft"],
            ])
    }

    mutating func open() throws {
        rules = try options.rules()
    }

    func run(_ row: inout Row) {
        let text = row[text] ?? ""
        let finishReason = row[finishReason]
        for rule in rules {
            if let problem = rule.problem(with: text, finishReason) {
                row[status] = problem.status
                row[reason] = problem.reason
                return
            }
        }
        row[status] = "ok"
    }
}
