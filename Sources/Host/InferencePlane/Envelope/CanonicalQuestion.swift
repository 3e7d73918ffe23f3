import DataPlane

/// A question as reply keys hash it: three JSON texts in the canonical form of RFC 8785.
struct CanonicalQuestion: Sendable {
    let messages: String
    let constraints: String
    let decode: String

    init(_ request: CompletionRequest) {
        messages = request.messages.canonical
        constraints = JSONValue.object(Self.constraints(of: request)).canonical
        decode = JSONValue.object(Self.parameters(of: request)).canonical
    }

    /// The constraints, with the `stop` that graphs write into their decode profile.
    static func constraints(of request: CompletionRequest) -> [(String, JSONValue)] {
        var constraints = request.constraints.object ?? []
        if let stop = request.decode.parameters["stop"], !constraints.contains(where: { $0.0 == "stop" }) {
            constraints.append(("stop", stop))
        }
        return constraints
    }

    /// The decode parameters without `n`, and without `stop`, which counts as a constraint.
    static func parameters(of request: CompletionRequest) -> [(String, JSONValue)] {
        (request.decode.parameters.object ?? []).filter { $0.0 != "n" && $0.0 != "stop" }
    }
}
