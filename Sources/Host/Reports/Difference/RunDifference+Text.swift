import DataPlane

extension RunDifference {
    private static let order = Outcome.allCases.filter { $0 != .deferred && $0 != .duplicate }.map(\.name) + [absent]

    /// The difference as lines for a terminal.
    public var text: String {
        var lines: [String] = []
        for (letter, side) in zip(["A", "B"], sides) {
            var line = "\(letter)  \(side.path): \(QualityPage.count(side.inputs, "input"))"
            if side.duplicates > 0 { line += ", \(QualityPage.count(side.duplicates, "duplicate"))" }
            if side.withoutInput > 0 {
                line += ", \(QualityPage.count(side.withoutInput, "row")) that ended before having an input_id"
            }
            if side.unsealed > 0 { line += ", \(QualityPage.count(side.unsealed, "row")) not sealed and not compared" }
            lines.append(line)
        }
        lines += ["", "outcomes, A down and B across"] + matrix
        for (change, kind) in Self.ranked(outcomes.filter { $0.key.from != $0.key.to }) {
            lines += ["", "\(change.from) in A, \(change.to) in B: \(QualityPage.count(kind.count, "input"))"]
            lines += Self.lines(kind)
        }
        for (change, kind) in Self.ranked(codes) {
            lines += [
                "",
                "rejected with \(change.from) in A, with \(change.to) in B: \(QualityPage.count(kind.count, "input"))",
            ]
            lines += Self.lines(kind)
        }
        lines += ["", "kept in both: \(QualityPage.count(keptInBoth, "input")), \(changedInBoth) with other values"]
        if rowCounts.count > 0 {
            lines += ["  another number of rows: \(QualityPage.count(rowCounts.count, "input"))"]
            lines += Self.lines(rowCounts, indent: "    ")
        }
        for (name, kind) in Self.ranked(columns) {
            lines += ["  \(name): \(QualityPage.count(kind.count, "input"))"] + Self.lines(kind, indent: "    ")
        }
        for (letter, names) in zip(["A", "B"], ownColumns) where !names.isEmpty {
            lines += ["", "columns only in \(letter): \(names.joined(separator: ", "))"]
        }
        if isEqual { lines += ["", "no difference"] }
        return lines.joined(separator: "\n")
    }

    private var matrix: [String] {
        let counts = Self.order.map { from in
            Self.order.map { to in from == Self.absent && to == from ? "" : String(count(from, to)) }
        }
        let cells = [[""] + Self.order] + zip(Self.order, counts).map { [$0] + $1 }
        let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let padded = row.enumerated().map { index, text in
                let space = String(repeating: " ", count: widths[index] - text.count)
                return index == 0 ? text + space : space + text
            }
            var line = "  " + padded.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// The most frequent first.
    private static func ranked<Name: Comparable>(_ kinds: [Name: Kind]) -> [(Name, Kind)] {
        kinds.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { ($0.key, $0.value) }
    }

    private func count(_ from: String, _ to: String) -> Int { outcomes[Change(from: from, to: to)]?.count ?? 0 }

    private static func lines(_ kind: Kind, indent: String = "  ") -> [String] {
        var lines = kind.examples.map { example in
            let note = example.note.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
            return "\(indent)\(example.rowID) (input \(example.inputID.prefix(16)))\(note)"
        }
        if kind.count > kind.examples.count, !kind.examples.isEmpty {
            lines.append("\(indent)and \(kind.count - kind.examples.count) more")
        }
        return lines
    }

    /// The difference for programs.
    public var json: JSONValue {
        func changes(_ kinds: [Change: Kind]) -> JSONValue {
            .array(
                kinds.sorted { $0.key < $1.key }.map { change, kind in
                    .object([("a", .string(change.from)), ("b", .string(change.to))] + kind.members)
                })
        }
        let matrix = Self.order.map { from in
            (from, JSONValue.object(Self.order.map { ($0, .int(Int64(count(from, $0)))) }))
        }
        return [
            "format": "fastdistill.diff/1", "a": sides[0].json, "b": sides[1].json, "outcomes": .object(matrix),
            "changed": changes(outcomes.filter { $0.key.from != $0.key.to }), "codes": changes(codes),
            "kept_in_both": .int(Int64(keptInBoth)), "kept_with_other_values": .int(Int64(changedInBoth)),
            "row_counts": .object(rowCounts.members), "columns": .sorted(columns.mapValues { .object($0.members) }),
            "columns_only_in_a": .array(ownColumns[0].map { .string($0) }),
            "columns_only_in_b": .array(ownColumns[1].map { .string($0) }),
        ]
    }
}

extension RunDifference.Side {
    fileprivate var json: JSONValue {
        [
            "run": .string(path), "inputs": .int(Int64(inputs)), "duplicates": .int(Int64(duplicates)),
            "without_input_id": .int(Int64(withoutInput)), "not_sealed": .int(Int64(unsealed)),
        ]
    }
}

extension RunDifference.Kind {
    fileprivate var members: [(String, JSONValue)] {
        [
            ("count", .int(Int64(count))),
            (
                "examples",
                .array(
                    examples.map { example in
                        var members: [(String, JSONValue)] = [
                            ("row_id", .string(example.rowID)), ("input_id", .string(example.inputID)),
                        ]
                        if let note = example.note, !note.isEmpty { members.append(("note", .string(note))) }
                        return .object(members)
                    })
            ),
        ]
    }
}
