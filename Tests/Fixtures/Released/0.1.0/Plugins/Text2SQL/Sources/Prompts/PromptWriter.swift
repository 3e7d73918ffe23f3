import PluginKit

/// Writes the messages that ask a model for SQL.
struct PromptWriter {
    enum Style: String, CaseIterable {
        /// Schema, examples and question in one user message: the easiest form for small models.
        case single
        /// The schema in the system message, each example as an earlier exchange.
        case turns
    }

    let system: String
    let style: Style

    func messages(question: String, schema: String, shots: [Shot]) -> [ChatMessage] {
        switch style {
        case .single:
            var text = "Schema:\n\(schema)\n\n"
            for shot in shots { text += "Question: \(shot.question)\nSQL: \(shot.sql)\n\n" }
            return [.system(system), .user(text + "Question: \(question)\nSQL:")]
        case .turns:
            var messages = [ChatMessage.system("\(system)\n\nSchema:\n\(schema)")]
            for shot in shots { messages += [.user(shot.question), .assistant(shot.sql)] }
            return messages + [.user(question)]
        }
    }
}
