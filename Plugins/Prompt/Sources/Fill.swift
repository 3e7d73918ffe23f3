import PluginKit

/// `prompt/fill`: messages from a template.
struct Fill: Step {
    static let id = "fill"
    static let summary = "Writes the messages of a question: a template in which {name} stands for a column."
    static let doc = """
        Each `{name}` of `system` and `user` needs a column in the node's `in`: `in: {name: some.column}`, and each column of \
        `in` a place. All other braces stand for themselves, and `{{name}}` for `{name}`.
        """

    private let messages: Output<[ChatMessage]>
    private let system: Template?
    private let user: Template
    private var inputs: [String: Input<String?>] = [:]

    init(_ declare: inout Declaration) throws {
        messages = declare.adds(
            "messages", tags: [.messages], minLength: 1, doc: "A system message, if there is one, and a user message.")
        let system: String? = declare.optionalOption(
            "system", doc: "The template of the system message; without it there is none.")
        let user: String = declare.requiredOption("user", doc: "The template of the user message.")
        self.system = system.map(Template.init)
        self.user = Template(user)
        declare.readsMore(String?.self, doc: "What stands in the place of its name; a null leaves the place empty.")
        let names = (self.system?.names ?? []) + self.user.names
        for name in names where inputs[name] == nil { inputs[name] = declare.reads(name, doc: "") }
        declare.example(
            with: ["system": "Translate to {language}.", "user": "{text}"],
            input: [["language": "French", "text": "Good morning."]],
            output: [
                [
                    "messages": [
                        ["role": "system", "content": "Translate to French."],
                        ["role": "user", "content": "Good morning."],
                    ]
                ]
            ])
        declare.example(
            with: ["user": #"Reply with {"answer": …} and nothing else.\#n\#n{question}\#n{hint}"#],
            input: [["question": "What is 1 + 2?", "hint": nil]],
            output: [
                [
                    "messages": [
                        [
                            "role": "user",
                            "content": "Reply with {\"answer\": …} and nothing else.\n\nWhat is 1 + 2?\n",
                        ]
                    ]
                ]
            ])
    }

    mutating func open() throws {
        if inputs.isEmpty {
            throw StepError(
                .invalidConfig, where: "/user",
                "The template has no place for a column, so all questions would be one; write one such as {question}.")
        }
    }

    func run(_ row: inout Row) {
        var values: [String: String] = [:]
        for (name, input) in inputs { values[name] = row[input] }
        let value = { (name: String) in values[name] ?? "" }
        row[messages] = (system.map { [.system($0.filled(value))] } ?? []) + [.user(user.filled(value))]
    }
}
