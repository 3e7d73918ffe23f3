/// An example of a question and its query.
struct Shot: Equatable {
    let question: String
    let sql: String
}
