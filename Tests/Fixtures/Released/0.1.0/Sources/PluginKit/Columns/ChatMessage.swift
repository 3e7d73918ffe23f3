/// One message of a conversation with a model: `struct<role: utf8, content: utf8>`.
///
/// An `Output<[ChatMessage]>` with the tag `.messages` is what a `complete` node sends.
public struct ChatMessage: Equatable, Sendable {
    /// `system`, `user` or `assistant`.
    public var role: String
    public var content: String

    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }

    public static func system(_ content: String) -> ChatMessage { ChatMessage(role: "system", content: content) }
    public static func user(_ content: String) -> ChatMessage { ChatMessage(role: "user", content: content) }
    public static func assistant(_ content: String) -> ChatMessage { ChatMessage(role: "assistant", content: content) }
}

extension ChatMessage: ColumnValue, ColumnElement {
    public static var columnType: ColumnType {
        .structure([
            ColumnType.Field(name: "role", type: .utf8, isNullable: false),
            ColumnType.Field(name: "content", type: .utf8, isNullable: false),
        ])
    }

    public static func read(_ column: ColumnView, _ row: Int) -> ChatMessage {
        ChatMessage(role: text(column, row, member: 0), content: text(column, row, member: 1))
    }

    private static func text(_ column: ColumnView, _ row: Int, member: Int) -> String {
        guard let (texts, position) = column.member(member, row) else { return "" }
        return String.read(texts, position)
    }

    public func append(to column: ColumnBuilder) {
        column.member(0).append(role)
        column.member(1).append(content)
        column.endStructure()
    }
}
