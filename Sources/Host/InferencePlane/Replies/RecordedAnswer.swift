import DataPlane

/// What became of one candidate, as it is kept: a reply, or the refusal of the row.
struct RecordedAnswer: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        case reply(CompletionReply)
        case rejected(code: String, detail: String)
    }

    var content: Content
    /// Who answered, and as which model.
    var providerID: String
    var model: String

    init(_ reply: CompletionReply) {
        content = .reply(reply)
        providerID = reply.providerID
        model = reply.model
    }

    init(code: String, detail: String, providerID: String, model: String) {
        content = .rejected(code: code, detail: detail)
        self.providerID = providerID
        self.model = model
    }

    var isReply: Bool { if case .reply = content { true } else { false } }

    var outcome: CompletionOutcome {
        switch content {
        case .reply(let reply): .reply(reply)
        case .rejected(let code, let detail): .rejected(code: code, detail: detail)
        }
    }
}
