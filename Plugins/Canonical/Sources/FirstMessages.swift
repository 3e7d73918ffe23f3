import PluginKit

/// `canonical/first_messages`: one column of messages out of several, of which each row has one.
///
/// With it the rows of several tasks, each with a prompt of its own, are asked by one `complete` node.
struct FirstMessages: Step {
    static let id = "first_messages"
    static let summary = "Takes the first messages that are not null, so that several prompts become one column."
    static let doc = """
        For graphs in which each kind of row has a prompt of its own, guarded by `when`: bind the prompts, and one \
        `complete` node asks for all of them.
        """

    let first: Input<[ChatMessage]?>
    let others: [OptionalInput<[ChatMessage]>]
    let messages: Output<[ChatMessage]>

    init(_ declare: inout Declaration) {
        first = declare.reads("first", doc: "Messages that may be null.")
        others = ["second", "third", "fourth"].map {
            declare.readsOptional($0, doc: "Messages to take where those before are null.")
        }
        messages = declare.adds("messages", tags: [.messages], doc: "The first of them that are not null.")
        declare.rejects("none", doc: "All of them are null.")
        let question: Value = [["role": "user", "content": "How many?"]]
        let riddle: Value = [["role": "user", "content": "Who am I?"]]
        declare.example(
            input: [["first": question, "second": nil], ["first": nil, "second": riddle]],
            output: [["messages": question], ["messages": riddle]])
    }

    func run(_ row: inout Row) throws {
        if let found = row[first] {
            row[messages] = found
            return
        }
        for input in others {
            if let found = row[input] {
                row[messages] = found
                return
            }
        }
        throw Reject("none", "no prompt for this row")
    }
}
