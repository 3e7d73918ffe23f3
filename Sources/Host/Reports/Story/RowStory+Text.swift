import DataPlane

extension RowStory {
    /// Characters of a value that are shown.
    private static let width = 160

    /// The story as lines.
    ///
    /// - Parameter full: show values whole, and those that are null.
    public func text(full: Bool) -> String {
        var lines = ["row \(place.rowID): \(outcome)"]
        lines += Self.aligned(ids.filter { $0.name != "row_id" } + [("ordinal", String(place.ordinal))], "  ", full)
        for chapter in chapters {
            lines += ["", chapter.stage == "raw" ? "source" : "stage \(chapter.stage)"]
            lines += Self.lines(of: chapter, full)
        }
        lines += ["", "ends"]
        for end in ends { lines += self.lines(of: end, full) }
        if !hardCodes.isEmpty {
            lines.append("  doubtful, so in hard_samples too: \(hardCodes.joined(separator: ", "))")
        }
        if requestCount > 0 {
            lines += ["", "asked"] + requests.map { "  " + Self.line(of: $0) }
            if requestCount > requests.count { lines.append("  and \(requestCount - requests.count) more times") }
        }
        if original != nil || duplicateCount > 0 {
            lines += ["", "the same input"]
            if let original { lines.append("  row \(original), which came first") }
            lines += duplicates.map { "  row \($0), a duplicate" }
            if duplicateCount > duplicates.count { lines.append("  and \(duplicateCount - duplicates.count) more") }
        }
        return lines.joined(separator: "\n")
    }

    /// First what all candidates have in common.
    private static func lines(of chapter: Chapter, _ full: Bool) -> [String] {
        let (first, others) = (chapter.candidates[0].values, chapter.candidates.dropFirst().map(\.values))
        func isCommon(_ name: String, _ value: JSONValue) -> Bool {
            ([first] + others).allSatisfy { $0.contains { $0.name == name && $0.value == value } }
        }
        func shown(_ values: [(name: String, value: JSONValue)]) -> [(name: String, value: String)] {
            values.filter { full || $0.value != .null }.map { ($0.name, $0.value.string ?? $0.value.compact) }
        }
        var lines = aligned(shown(first.filter(isCommon)), "  ", full)
        for (candidate, values) in chapter.candidates {
            let own = shown(values.filter { !isCommon($0.name, $0.value) })
            if !own.isEmpty { lines += ["  candidate \(candidate)"] + aligned(own, "    ", full) }
        }
        return lines
    }

    /// How the source row ended, as the books say: by the first of the outcomes that one of its rows has.
    private var outcome: String {
        Outcome.allCases.first { outcome in ends.contains { $0.outcome == outcome.name } }?.name ?? "no outcome"
    }

    private func lines(of end: End, _ full: Bool) -> [String] {
        var line = "  candidate \(end.candidate): \(end.outcome)"
        if let code = end.members["code"] { line += " with \(code)" }
        if let node = end.members["node"] { line += " at \(node)" }
        if let plugin = end.members["plugin"], let version = end.members["plugin_version"] {
            line += " (\(plugin) \(version))"
        }
        let reasons = ["detail", "evidence", "duplicate_of"].compactMap { name in end.members[name].map { (name, $0) } }
        return [line] + Self.aligned(reasons, "    ", full)
    }

    /// `session 1, 0.52 s: teacher by small (SmolLM2) for node teacher: 200, 2 candidates, 512 + 40 tokens, attempt 1`
    private static func line(of event: JSONValue) -> String {
        func number(_ name: String) -> Int64 { event[name]?.int ?? 0 }
        func text(_ name: String) -> String { event[name]?.string ?? "" }
        let candidates = QualityPage.count(Int(number("candidates")), "candidate")
        var line =
            "session \(number("session")), \(QualityPage.decimals(Double(number("time_us")) / 1e6)) s: "
            + "\(text("role")) for node \(text("node")): "
        if text("event") == "reply_cached" {
            return line + "\(candidates) out of the store, answered by \(text("provider"))"
        }
        line += "\(candidates) by \(text("provider")) (\(text("model"))), "
        line += event["replayed"]?.bool == true ? "replayed from its file" : "status \(number("status"))"
        if let prompt = event["prompt_tokens"]?.int { line += ", \(prompt) + \(number("completion_tokens")) tokens" }
        if number("attempt") > 1 { line += ", attempt \(number("attempt"))" }
        if let failure = event["failure"]?.string { line += ", failed: \(failure)" }
        return line
    }

    /// Names and values in two columns. Without `full` a value is cut and on one line.
    private static func aligned(_ values: [(name: String, value: String)], _ indent: String, _ full: Bool) -> [String] {
        let width = values.map(\.name.count).max() ?? 0
        return values.map { name, value in
            let head = indent + name + String(repeating: " ", count: width - name.count + 2)
            let lines = value.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(
                \.withControlPictures)
            if full {
                return head + lines.joined(separator: "\n" + String(repeating: " ", count: head.count))
            }
            return head + lines.joined(separator: "⏎").cut(to: Self.width)
        }
    }
}
