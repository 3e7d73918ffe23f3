import DataPlane

/// One HTTP request as `configs/provider_gateway_contract.yaml` specifies it.
///
/// ```
/// provider_id ─┐                       ┌─ X-FastDistill-Provider
/// trace ───────┼─ headers ─────────────┼─ X-FastDistill-Run, -Sample, -Shard
/// model ───────┐                       │
/// decode ──────┼─ body, plain OpenAI   └─ Authorization, from the named secret
/// constraints ─┘
/// ```
struct Envelope {
    let providerID: String
    let model: String
    let request: CompletionRequest
    /// The messages in canonical form, which is JSON as good as any.
    let messages: String
    /// The candidates asked for, in order.
    let candidates: [Int]
    /// How the request is made to fit the provider.
    var shape = RequestShape.none
    /// How many answers to the first candidate did not fit its schema.
    var misfits = 0

    static let traceHeaders = [
        "X-FastDistill-Run", "X-FastDistill-Sample", "X-FastDistill-Shard", "X-FastDistill-Provider",
        "X-FastDistill-Shaped",
    ]

    /// Body members that the gateway writes itself; a decode profile cannot.
    static let ownMembers = ["model", "messages", "n", "stream", "stream_options"]

    /// The header lines that carry the trace: ids only, no text of the sample.
    var headers: [String] {
        let trace = request.trace
        var values = [trace.runID, trace.sampleID, String(trace.shard), providerID]
        if !shape.changes.isEmpty { values.append(shape.names.joined(separator: ",")) }
        return zip(Self.traceHeaders, values).map { "\($0): \(Self.headerValue($1))" }
    }

    /// The body of `/chat/completions`, or of `/embeddings`.
    var body: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(messages.utf8.count + 256)
        body.openObject()
        body.append(member: "model", model)
        if let inputs = request.inputs {
            body.append(member: "input", .array(candidates.map { .string(inputs[$0]) }))
            body.closeObject()
            return body
        }
        let schema = shape.has(.jsonSchema) ? request.constraints["json_schema"] : nil
        body.append(
            member: "messages",
            json: schema.map { RequestShape.instructed(request.messages, schema: $0).canonical } ?? messages)
        for (name, value) in CanonicalQuestion.parameters(of: request) where !Self.ownMembers.contains(name) {
            switch name {
            case "seed" where shape.has(.seed): break
            case "seed": body.append(member: name, shifted(seed: value))
            case "max_tokens" where shape.has(.tokenLimit): body.append(member: "max_completion_tokens", value)
            default: body.append(member: name, value)
            }
        }
        if candidates.count > 1 { body.append(member: "n", Int64(candidates.count)) }
        for (name, value) in CanonicalQuestion.constraints(of: request) where !Self.ownMembers.contains(name) {
            if name == "json_schema" {
                if shape.has(.jsonSchema) { continue }
                body.append(member: "response_format", Self.responseFormat(value))
            } else if name == "json_object" {
                body.append(member: "response_format", ["type": "json_object"])
            } else {
                body.append(member: name, value)
            }
        }
        body.closeObject()
        return body
    }

    /// The seed of the first candidate asked for: seed + round × candidates + candidate, modulo 2^53; and 1,000,003 more for
    /// each answer that did not fit its schema.
    ///
    /// A provider that honours seeds would otherwise give the same answer when the missing candidates of a question are
    /// asked for again, or in a later round.
    private func shifted(seed: JSONValue) -> JSONValue {
        guard let seed = seed.int, let first = candidates.first else { return seed }
        let shift =
            Int64(request.round) &* Int64(request.decode.candidates) &+ Int64(first) &+ 1_000_003 &* Int64(misfits)
        return shift == 0 ? .int(seed) : .int((seed &+ shift) & ((1 << 53) - 1))
    }

    private static func responseFormat(_ schema: JSONValue) -> JSONValue {
        ["type": "json_schema", "json_schema": ["name": "answer", "strict": true, "schema": schema]]
    }

    /// A header value cannot hold line ends; anything but visible ASCII becomes a question mark.
    private static func headerValue(_ text: String) -> String {
        func isVisible(_ byte: UInt8) -> Bool { (32...126).contains(byte) }
        if text.utf8.allSatisfy(isVisible) { return text }
        return String(decoding: text.utf8.map { isVisible($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
