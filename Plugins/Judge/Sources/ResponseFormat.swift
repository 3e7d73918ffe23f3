/// The JSON schemas of the answers that a judge is asked for, for `complete: {response_format: {column: …}}`.
///
/// Only what every server knows that takes schemas is used: an object, an enumeration, all members required.
/// Source: <https://json-schema.org/draft/2020-12/json-schema-validation>.
enum ResponseFormat {
    /// `{"score": 4}`
    static func mark(scale: Int) -> String {
        let marks = (1...scale).map(String.init).joined(separator: ",")
        return object(member: "score", type: "integer", values: marks)
    }

    /// `{"winner": "A"}`
    static let winner = object(member: "winner", type: "string", values: #""A","B","tie""#)

    private static func object(member: String, type: String, values: String) -> String {
        #"{"type":"object","properties":{"\#(member)":{"type":"\#(type)","enum":[\#(values)]}},"#
            + #""required":["\#(member)"],"additionalProperties":false}"#
    }
}
