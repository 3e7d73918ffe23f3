import ControlPlane
import DataPlane

/// The reference page of a plugin, in Markdown, made from its spec alone.
struct PluginPage {
    let spec: PluginSpec

    /// The whole page.
    var text: String {
        var lines = ["# \(spec.id) \(spec.version)", "", spec.summary, "", "Built with \(spec.toolchain).", ""]
        for step in spec.steps { lines += section(step) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The section of one step.
    func text(step id: String) throws(Failure) -> String {
        guard let step = spec.steps.first(where: { $0.id == id }) else {
            throw Failure(
                "usage",
                "the plugin '\(spec.id)' has no step '\(id)'; "
                    + ConfigReader.suggestion(for: id, among: spec.steps.map(\.id)))
        }
        return section(step).joined(separator: "\n") + "\n"
    }

    private func section(_ step: StepSpec) -> [String] {
        var lines = ["## \(spec.id)/\(step.id)", "", step.summary, ""]
        if !step.doc.isEmpty { lines += [step.doc, ""] }
        var facts: [String] = []
        if step.cardinality == .many { facts.append("A row may become several.") }
        if step.isGrouped { facts.append("Sees all candidates of a sample together.") }
        if step.isBlind { facts.append("Must not read gold columns.") }
        if !facts.isEmpty { lines += [facts.joined(separator: " "), ""] }
        lines += table(
            "Reads", ["column", "type", "notes"], step.reads.map(row) + (step.readsMore.map { [row($0)] } ?? []))
        lines += table("Adds", ["column", "type", "notes"], step.adds.map(row))
        lines += table("Options", ["option", "type", "default", "notes"], step.options.map(row))
        lines += table("Rejects rows with", ["code", "when"], step.rejects.map { ["`\($0.code)`", $0.doc] })
        return lines
    }

    private func table(_ title: String, _ head: [String], _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |" }
        let body = rows.map { row in line(row.map { $0.split(separator: "|").joined(separator: "\\|") }) }
        return ["**\(title)**", "", line(head), line(head.map { _ in "---" })] + body + [""]
    }

    private func row(_ column: ColumnSpec) -> [String] {
        var notes = [column.doc].filter { !$0.isEmpty }
        if column.isOptional { notes.append("Optional.") }
        if !column.tags.isEmpty {
            notes.append("Tags: " + column.tags.map { "`\($0.rawValue)`" }.joined(separator: ", ") + ".")
        }
        let constraints = column.constraints
        if let options = constraints.options {
            notes.append("One of " + options.map { "`\($0)`" }.joined(separator: ", ") + ".")
        }
        notes += bounds(constraints.minimum, constraints.maximum, of: "Value")
        notes += bounds(constraints.minLength.map(Double.init), constraints.maxLength.map(Double.init), of: "Length")
        if let pattern = constraints.pattern { notes.append("Matches `\(pattern)`.") }
        return [
            "`\(column.field.name)`", "\(column.field.type)\(column.field.nullable ? "?" : "")",
            notes.joined(separator: " "),
        ]
    }

    private func row(_ more: MoreColumns) -> [String] {
        let notes = [more.doc, "Any number, under names of the node's `in`."].filter { !$0.isEmpty }
        return ["…", "\(more.type)\(more.isNullable ? "?" : "")", notes.joined(separator: " ")]
    }

    private func row(_ option: OptionSpec) -> [String] {
        var notes = [option.doc].filter { !$0.isEmpty }
        if !option.choices.isEmpty {
            notes.append("One of " + option.choices.map { "`\($0.compact)`" }.joined(separator: ", ") + ".")
        }
        notes += bounds(option.minimum, option.maximum, of: "Value")
        if option.isSecret { notes.append("Secret.") }
        if let since = option.since { notes.append("Since \(since).") }
        let standard = option.isRequired ? "required" : option.defaultValue.map { "`\($0.compact)`" } ?? ""
        return ["`\(option.name)`", option.kind.rawValue, standard, notes.joined(separator: " ")]
    }

    private func bounds(_ low: Double?, _ high: Double?, of what: String) -> [String] {
        switch (low.map { JSONValue.double($0).compact }, high.map { JSONValue.double($0).compact }) {
        case (let low?, let high?): ["\(what) from \(low) to \(high)."]
        case (let low?, nil): ["\(what) at least \(low)."]
        case (nil, let high?): ["\(what) at most \(high)."]
        case (nil, nil): []
        }
    }
}
