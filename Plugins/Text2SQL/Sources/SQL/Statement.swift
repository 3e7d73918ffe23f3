/// The text of a statement with what its tokens tell, looked at once.
struct Statement {
    let text: String
    let bytes: [UInt8]
    let shape: StatementShape

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        shape = StatementShape(bytes)
    }
}
