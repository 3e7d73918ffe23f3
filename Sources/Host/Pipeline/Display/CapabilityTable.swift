import InferencePlane

/// What probes have found out, a column for each provider.
///
/// ```
/// provider      local           cloud
/// server        llama.cpp b1    openai
/// n             supported       refused
/// ```
struct CapabilityTable {
    private let rows: [[String]]

    init(_ entries: [ProviderCaps.Entry]) {
        var rows = [["provider"] + entries.map(\.id)]
        func add(_ name: String, _ value: (ProviderCaps.Entry) -> String) { rows.append([name] + entries.map(value)) }
        add("server") { [$0.server.flavour, $0.server.version].compactMap { $0 }.joined(separator: " ") }
        add("model") { $0.model }
        add("listed") { entry in
            guard let models = entry.server.models else { return "no list" }
            return models.contains(entry.model) ? "yes" : "no, of \(models.count)"
        }
        add("n") { $0.capabilities.choices.rawValue }
        add("usage") { $0.capabilities.usage.rawValue }
        add("token limit") { $0.capabilities.tokenLimit.rawValue }
        add("seed") { $0.capabilities.seed.rawValue }
        add("logprobs") { $0.capabilities.logprobs.rawValue }
        add("json_schema") {
            $0.capabilities.jsonSchema == .supported ? "enforced" : $0.capabilities.jsonSchema.rawValue
        }
        add("json_object") { $0.capabilities.jsonObject.rawValue }
        add("tools") { $0.capabilities.tools.rawValue }
        add("embeddings") { $0.capabilities.embeddings.rawValue }
        add("unknown model") { entry in
            switch entry.capabilities.modelName {
            case .supported: "refused"
            case .ignored: "answered all the same"
            case .refused, .unknown: "unknown"
            }
        }
        self.rows = rows
    }

    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).dropLast().map { $0 + String(repeating: " ", count: $1 - $0.count + 2) }
            return cells.joined() + (row.last ?? "")
        }.joined(separator: "\n") + "\n"
    }
}
