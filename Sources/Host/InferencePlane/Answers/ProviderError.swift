import DataPlane

/// An error as a provider words it.
///
/// Seen in the wild: `{"error": {"message", "type", "code"}}` with codes as text or number, `{"error": "text"}`
/// (mlx_lm.server), the members at the top (older vLLM), `{"detail": …}` (FastAPI), a list around it (Gemini), no JSON at
/// all (proxies).
struct ProviderError {
    var message: String
    /// `type` and `code`, in lower case.
    var labels: [String]
    /// A `code` that is a number: some send errors with status 200.
    var number: Int?
    /// Which parameter of the request is at fault. vLLM names some as `body.stop`.
    var parameter: String?

    init(_ body: JSONValue) {
        let outer = body.array?.first ?? body
        let error = outer["error"] ?? outer
        if let text = error.string {
            self.init(message: text, labels: [], number: nil)
            return
        }
        var message = error["message"]?.string ?? outer["message"]?.string ?? ""
        if message.isEmpty, let detail = outer["detail"] { message = detail.string ?? detail.compact }
        let labels = [error["type"], error["code"], error["status"], error["innererror"]?["code"]]
        self.init(
            message: message, labels: labels.compactMap { $0?.string?.lowercased() },
            number: error["code"]?.int.map(Int.init),
            parameter: error["param"]?.string.map { String($0.trimmingPrefix("body.")) })
    }

    init(message: String, labels: [String], number: Int?, parameter: String? = nil) {
        self.message = message
        self.labels = labels
        self.number = number
        self.parameter = parameter
    }

    /// Reads whatever came with an error status.
    init(bytes: [UInt8], parser: JSONParser) {
        if let json = try? parser.parse(response: bytes) {
            self.init(json)
            return
        }
        // A page of HTML helps nobody in a report.
        let text = String(validating: bytes, as: UTF8.self) ?? ""
        self.init(message: text.contains("<") ? "" : text, labels: [], number: nil)
    }

    /// The message on one line, cut to 300 characters.
    var shortMessage: String {
        let line = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= 300 ? line : line.prefix(299) + "…"
    }

    func hasLabel(_ names: [String]) -> Bool { labels.contains { names.contains($0) } }

    func says(_ phrases: [String]) -> Bool {
        let text = message.lowercased()
        return phrases.contains { text.contains($0) }
    }
}
