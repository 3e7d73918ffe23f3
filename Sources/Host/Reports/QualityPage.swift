import DataPlane

/// The report of quality as a page to read: `reports/quality.md`.
public struct QualityPage {
    private let report: QualityReport
    private let name: String
    private let nodeTitles: [String: String]
    private var books: Books { report.books }

    /// - Parameters:
    ///   - name: the graph's.
    ///   - nodeTitles: what each node does, by its id: `words/count`.
    public init(_ report: QualityReport, name: String, nodeTitles: [String: String] = [:]) {
        self.report = report
        self.name = name
        self.nodeTitles = nodeTitles
    }

    public var text: String {
        let parts = [
            head, funnel, outcomes, accuracy, disagreements, scores, duplicates, contamination, deferred, further,
        ]
        return parts.compactMap { $0?.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var head: [String] {
        let run = books.run
        let ends = Outcome.allCases.filter { run.count($0) > 0 }.map { "\(run.count($0)) \($0.name)" }
        let balance = books.unbalanced
        return [
            "# Quality of \(name)", "",
        ] + BypassNotice.lines(report.bypasses) + [
            "\(Self.count(run.rowsIn, "source row")): "
                + (ends.isEmpty ? "none has an outcome yet." : "\(ends.joined(separator: ", ")).")
                + (balance.isEmpty
                    ? " The books balance."
                    : " The books do not balance at \(balance.joined(separator: ", "))."),
            "",
            "A **source row** is a row as the source gave it; it becomes a **row** for each candidate answer. The figures "
                + "are in `quality.json` too.",
        ]
    }

    private var funnel: [String] {
        var lines = [
            "## Funnel", "",
            "Source rows at each node: a source row leaves a node as long as one of its candidates does.", "",
            "| node | does | in | ended here | out | of the source |", "| --- | --- | ---: | --- | ---: | ---: |",
        ]
        let all = books.nodes.first?.tally.rowsIn ?? 0
        for (node, tally) in books.nodes {
            let ended = Outcome.allCases.filter { $0 != .kept && tally.count($0) > 0 }.map { outcome in
                // A `reject` is mostly called what its code is called, and then once is enough.
                let codes = outcome == .rejected && tally.codes.keys.sorted() != [node] ? tally.codes : [:]
                return "\(tally.count(outcome)) \(outcome.name)" + (codes.isEmpty ? "" : ": \(Self.ranked(codes))")
            }
            lines.append(
                "| \(Self.cell(node)) | \(Self.cell(nodeTitles[node] ?? "")) | \(tally.rowsIn) "
                    + "| \(Self.cell(ended.joined(separator: ", "))) | \(tally.rowsOut) "
                    + "| \(Self.percent(tally.rowsOut, of: all)) |")
        }
        return lines
    }

    private var outcomes: [String] {
        var lines = ["## Outcomes", "", "| outcome | source rows | share |", "| --- | ---: | ---: |"]
        for outcome in Outcome.allCases {
            let count = books.run.count(outcome)
            lines.append("| \(outcome.name) | \(count) | \(Self.percent(count, of: books.run.rowsIn)) |")
        }
        guard let examples = report.examples else { return lines }
        lines += [
            "",
            "The examples are the first \(Examples.most) rows of each kind, of the shards that are sealed "
                + "(\(examples.shards)). Texts are cut. A source row that was kept can have rows that were rejected.",
        ]
        lines += part("kept", nil, examples.kept)
        for outcome in Outcome.allCases {
            let kinds = examples.ended[outcome.name] ?? [:]
            let codes = books.run.codes
            let order = kinds.keys.sorted { (-(codes[$0] ?? 0), $0) < (-(codes[$1] ?? 0), $1) }
            for code in order {
                guard let kind = kinds[code] else { continue }
                if outcome == .rejected {
                    lines += part("rejected: \(code)", Self.count(codes[code] ?? 0, "source row"), kind)
                } else {
                    lines += part(outcome.name, nil, kind)
                }
            }
        }
        return lines
    }

    /// The examples of one kind.
    private func part(_ title: String, _ sourceRows: String?, _ kind: Examples.Kind) -> [String] {
        if kind.rows == 0 { return [] }
        let counts = [sourceRows, Self.count(kind.rows, "row")].compactMap { $0 }.joined(separator: ", ")
        return ["", "### \(Self.line(title))", "", counts + ".", ""] + kind.examples.map { "- " + Self.example($0) }
    }

    /// `` `q12`, candidate 1, at `execute` (words 1.2.0): `no such column` ``
    private static func example(_ example: JSONValue) -> String {
        var text = code(example["row_id"]?.string ?? "")
        if let candidate = example["candidate"]?.int { text += ", candidate \(candidate)" }
        if let node = example["node"]?.string { text += ", at \(code(node))" }
        if let plugin = example["plugin"]?.string, let version = example["plugin_version"]?.string {
            text += " (\(plugin) \(version))"
        }
        if let other = example["duplicate_of"]?.string { text += ", of the input \(code(String(other.prefix(16))))" }
        let known = [
            "row_id", "ordinal", "candidate", "input_id", "sample_id", "node", "plugin", "plugin_version",
            "duplicate_of",
        ]
        for (name, value) in example.object ?? [] where !known.contains(name) {
            text += "\n  - \(line(name)): \(code(value.string ?? value.compact))"
        }
        return text
    }

    private var accuracy: [String]? {
        if books.verdicts.isEmpty { return nil }
        var lines = [
            "## Accuracy", "",
            "Rows with the verdict ok, of those that came so far and have ok or wrong; what is undecidable is left out. "
                + "The interval is Wilson's, 95 %.", "", Self.accuracyHead("verdict"), Self.accuracyRule,
        ]
        for (column, verdicts) in books.verdicts.sorted(by: { $0.key < $1.key }) {
            lines.append(Self.accuracyRow(column, Accuracy(verdicts)))
        }
        for column in books.verdicts.keys.sorted() {
            for (facet, table) in report.facetTables(of: column) {
                lines += ["", "### \(column) by \(facet)", "", Self.accuracyHead(facet), Self.accuracyRule]
                let rows = table.rows.map { ($0.key, Accuracy($0.value)) }.sorted {
                    (-$0.1.decided, $0.0) < (-$1.1.decided, $1.0)
                }
                lines += rows.prefix(Self.mostValues).map { Self.accuracyRow($0.0.text, $0.1) }
                if rows.count > Self.mostValues {
                    lines += ["", "And \(rows.count - Self.mostValues) more values, see `quality.json`."]
                }
                if table.rows[FacetValues.rest] != nil {
                    lines += [
                        "",
                        "`\(FacetValues.rest.text)` sums the values past the first \(FacetValues.most) by name.",
                    ]
                }
            }
        }
        return lines
    }

    /// Values of a facet that the page shows.
    private static let mostValues = 50

    private static func accuracyHead(_ first: String) -> String {
        "| \(cell(first)) | ok | wrong | undecidable | accuracy | 95 % interval |"
    }

    private static let accuracyRule = "| --- | ---: | ---: | ---: | ---: | --- |"

    private static func accuracyRow(_ name: String, _ accuracy: Accuracy) -> String {
        let share = percent(accuracy.right, of: accuracy.decided)
        let interval = accuracy.interval.map { "\(percent($0.lower)) to \(percent($0.upper))" } ?? "–"
        return
            "| \(cell(name)) | \(accuracy.right) | \(accuracy.wrong) | \(accuracy.undecidable) | \(share) | \(interval) |"
    }

    private var disagreements: [String]? {
        let agreements = report.agreements
        if agreements.isEmpty { return nil }
        var lines = [
            "## Where verdicts disagree", "",
            "Pairs of verdicts on the same rows. Cohen's kappa is agreement beyond chance: 1 is full agreement, 0 is what "
                + "chance gives. Rows that either calls undecidable are left out of both figures.",
        ]
        for agreement in agreements {
            let (first, second) = (agreement.pair.first, agreement.pair.second)
            let verdicts = ["ok", "wrong", "undecidable"]
            lines += [
                "", "### \(first) and \(second)", "",
                "\(Self.count(agreement.decided, "row")) decided by both: agreement "
                    + "\(agreement.share.map(Self.percent) ?? "–"), kappa \(agreement.kappa.map(Self.decimals) ?? "–"). "
                    + "\(Self.count(agreement.undecidable, "row")) undecidable.", "",
                "| \(Self.cell(first)) \\ \(Self.cell(second)) | " + verdicts.joined(separator: " | ") + " |",
                "| --- | ---: | ---: | ---: |",
            ]
            for verdict in verdicts {
                let counts = verdicts.map { String(agreement.table.count(verdict, $0)) }
                lines.append("| \(verdict) | \(counts.joined(separator: " | ")) |")
            }
        }
        return lines
    }

    private var scores: [String]? {
        let scores = books.tags.scores.sorted { $0.key < $1.key }
        if scores.isEmpty { return nil }
        var lines = ["## Scores", "", "Rows by score; by verdict too where a row has both."]
        for (column, books) in scores {
            let columns =
                [("all", books.all)]
                + books.byVerdict.sorted { $0.key < $1.key }.flatMap { column, verdicts in
                    verdicts.sorted { $0.key < $1.key }.map { ("\(column): \($0.key)", $0.value) }
                }
            lines += [
                "", "### \(column)", "", "| score | " + columns.map { Self.cell($0.0) }.joined(separator: " | ") + " |",
                "| --- |" + String(repeating: " ---: |", count: columns.count),
            ]
            func row(_ title: String, _ count: (Histogram) -> Int) {
                lines.append("| \(title) | " + columns.map { String(count($0.1)) }.joined(separator: " | ") + " |")
            }
            let (low, high) = (books.all.range.lowerBound, books.all.range.upperBound)
            func edge(_ bin: Int) -> String {
                Self.decimals(low + (high - low) * Double(bin) / Double(Histogram.binCount))
            }
            let histograms = columns.map(\.1)
            if histograms.contains(where: { $0.below > 0 }) { row("below \(edge(0))") { $0.below } }
            for bin in 0..<Histogram.binCount { row("\(edge(bin)) to \(edge(bin + 1))") { $0.bins[bin] } }
            if histograms.contains(where: { $0.above > 0 }) { row("above \(edge(Histogram.binCount))") { $0.above } }
            row("no score") { $0.nulls }
        }
        return lines
    }

    private var duplicates: [String] {
        let count = books.run.count(.duplicate)
        return [
            "## Duplicates", "",
            count == 0
                ? "No source row has the input of an earlier one."
                : "\(Self.count(count, "source row")) (\(Self.percent(count, of: books.run.rowsIn))) had the input of an "
                    + "earlier one and ended before anything was paid for.",
        ]
    }

    private var contamination: [String] {
        var lines = ["## Contamination between splits", ""]
        guard let contamination = report.contamination else {
            lines.append(
                "Not looked for: the graph does not say which column names the split (`split` of `source`).")
            return lines
        }
        guard report.examples?.shards != 0 else {
            lines.append("Not looked for yet: no shard is sealed.")
            return lines
        }
        guard contamination.isSplit else {
            lines.append(
                "Not looked for: `\(contamination.column)` has more than \(SplitContamination.mostSplits) values. Name a column "
                    + "that says which rows are for training and which for tests.")
            return lines
        }
        guard !contamination.checks.isEmpty else {
            lines.append(
                "Not looked for: no stage has `\(contamination.column)` and a column tagged `contamination_key`.")
            return lines
        }
        lines += [
            "Keys that stand in more than one split of `\(contamination.column)`: what a student learns from the one it is "
                + "tested on in the other. Counted in source rows of a stage; what ended before it is not in it.", "",
            "| stage | key | source rows | keys in several splits | source rows with such a key |",
            "| --- | --- | ---: | ---: | ---: |",
        ]
        for check in contamination.checks {
            lines.append(
                "| \(Self.cell(check.stage)) | \(Self.cell(check.key)) | \(check.sourceRows) | \(check.sharedKeys) "
                    + "| \(check.affectedRows) |")
        }
        for check in contamination.checks where check.sharedKeys > 0 {
            let pairs = check.pairs.sorted { $0.key < $1.key }.map { pair, keys in
                "\(Self.code(pair.first)) and \(Self.code(pair.second)) share \(Self.count(keys, "key"))"
            }
            lines += [
                "", "In `\(check.stage)` by `\(check.key)`: \(pairs.joined(separator: "; ")). The first of them:", "",
            ]
            lines += check.examples.map { rows in
                "- " + rows.map { "\(Self.code($0.rowID)) (\(Self.line($0.split)))" }.joined(separator: ", ")
            }
        }
        return lines
    }

    private var deferred: [String]? {
        let nodes = books.nodes.filter { $0.tally.count(.deferred) > 0 }
        if nodes.isEmpty { return nil }
        return [
            "## Deferred", "",
            "These wait for a provider or a cap; the command that started the run goes on with them.", "",
        ] + nodes.map { "- \(Self.count($0.tally.count(.deferred), "source row")) at `\($0.name)`" }
    }

    private var further: [String] {
        [
            "## Looking further", "",
            "`fastdistill why RUN ID` tells one row's whole story, `fastdistill diff RUN_A RUN_B` what changed between two "
                + "runs, `fastdistill verify RUN` whether the files are what was written.",
        ]
    }
}
