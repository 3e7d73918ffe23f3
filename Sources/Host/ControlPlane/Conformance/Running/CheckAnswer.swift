import DataPlane

/// What the process of a rule answers.
struct CheckAnswer {
    /// Nil for a pass.
    var finding: Finding?

    var json: JSONValue {
        guard let finding else { return [:] }
        return ["kind": .string(finding.kind.rawValue), "seen": .string(finding.seen)]
    }

    init(_ finding: Finding?) { self.finding = finding }

    init(_ json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap(Finding.Kind.init(rawValue:)) else { return }
        finding = Finding(kind: kind, seen: json["seen"]?.string ?? "")
    }
}
