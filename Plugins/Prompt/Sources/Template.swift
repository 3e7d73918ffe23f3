/// A text with places for the columns of a row: `Question: {question}`.
///
/// ```swift
/// let template = Template(#"Answer as {"sum": 3}, and leave {{name}} alone: {question}"#)
/// template.names                                 // ["question"]
/// template.filled { _ in "What is 1 + 2?" }      // Answer as {"sum": 3}, and leave {name} alone: What is 1 + 2?
/// ```
struct Template {
    private enum Part {
        case text(String)
        case place(String)
    }

    private var parts: [Part] = []

    /// - Complexity: O(n), as to fill it.
    init(_ template: String) {
        var text = ""
        var rest = template[...]
        while let brace = rest.firstIndex(of: "{") {
            text += rest[..<brace]
            rest = rest[brace...]
            if let place = rest.prefixMatch(of: #/\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}/#) {
                text += "{\(place.1)}"
                rest = rest[place.range.upperBound...]
            } else if let place = rest.prefixMatch(of: #/\{([A-Za-z_][A-Za-z0-9_]*)\}/#) {
                parts += [.text(text), .place(String(place.1))]
                text = ""
                rest = rest[place.range.upperBound...]
            } else {
                text += "{"
                rest = rest.dropFirst()
            }
        }
        parts.append(.text(text + rest))
    }

    /// The columns it has a place for, each once, in their order.
    var names: [String] {
        parts.reduce(into: []) { names, part in
            if case .place(let name) = part, !names.contains(name) { names.append(name) }
        }
    }

    /// The text for one row. What a column says is not filled in again.
    func filled(_ value: (String) -> String) -> String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let part): text += part
            case .place(let name): text += value(name)
            }
        }
    }
}
