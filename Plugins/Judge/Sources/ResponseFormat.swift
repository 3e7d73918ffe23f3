/// What a provider that can is told to hold the judge to: the `response_format` of an OpenAI-compatible request.
///
/// Only what every such server knows is used: an object, an enumeration, all members required.
/// Source: <https://platform.openai.com/docs/guides/structured-outputs>.
enum ResponseFormat {
    /// `{"score": 4}`
    static func mark(scale: Int) -> String {
        let marks = (1...scale).map(String.init).joined(separator: ",")
        return object(name: "mark", member: "score", type: "integer", values: marks)
    }

    /// `{"winner": "A"}`
    static let winner = object(name: "winner", member: "winner", type: "string", values: #""A","B","tie""#)

    private static func object(name: String, member: String, type: String, values: String) -> String {
        #"{"type":"json_schema","json_schema":{"name":"\#(name)","strict":true,"schema":{"type":"object","properties":"#
            + #"{"\#(member)":{"type":"\#(type)","enum":[\#(values)]}},"required":["\#(member)"],"#
            + #""additionalProperties":false}}}"#
    }
}
