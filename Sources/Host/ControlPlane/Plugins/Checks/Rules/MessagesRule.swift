import DataPlane

/// The tag `messages`: what a model can be sent.
///
/// The last message may be of any role. Endpoints that go on with an answer that has been begun are sent one that ends
/// with the assistant's.
struct MessagesRule: ColumnRule {
    private static let roles = WordRule(["system", "user", "assistant", "tool"], message: "")

    func faults(in column: Column, onlyFirst: Bool) -> [RowFault] {
        guard let messages = column.children.first, let roles = messages.child("role"),
            let contents = messages.child("content"), let bytes = roles.values
        else { return [] }
        let ends = roles.positions
        let isRole = { (message: Int) -> Bool in
            let start = Int(ends[message])
            return Self.roles.isWord(bytes.start + start, count: Int(ends[message + 1]) - start)
        }
        return column.faults(onlyFirst: onlyFirst) { row in
            let range = column.range(row)
            if range.isEmpty { return "by its tag 'messages' there must be at least one message" }
            for message in range {
                if messages.isNull(message) || contents.isNull(message) {
                    return "by its tag 'messages' each message must have a content"
                }
                if !isRole(message) {
                    return "by its tag 'messages' each role must be system, user, assistant or tool"
                }
            }
            return nil
        }
    }
}
