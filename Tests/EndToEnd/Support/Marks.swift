import Foundation

/// Rows that bring their verdicts, scores and facets along, for reports on them.
enum Marks {
    private static let plugins = Result {
        let folder = try TemporaryFolder()
        try SwiftPlugin.compile("Marks", into: folder)
        return folder
    }

    static func graph(workers: Int = 1, shardRows: Int = 300) -> String {
        """
        fastdistill: 1
        name: marks
        plugins: {canonical: ^1.0, marks: ^1.0}
        source:
          files: [rows.jsonl]
          columns:
            text: utf8
            strictly: utf8
            leniently: utf8
            team: utf8?
            says: utf8
            points: float64?
            split: utf8
          task_id: marks
          row_id: {column: id}
          split: {column: split}
        shard_rows: \(shardRows)
        decode: {none: {max_tokens: 1}}
        nodes:
          - {id: canonical, use: canonical/canonicalize, artifact: canonical}
          - {id: ids, identify: {decode: none}}
          - {id: compare, use: marks/compare, artifact: compared, workers: \(workers)}
          - id: differs
            reject: {when: {compare.lenient: {equals: wrong}}, code: differs, evidence: [compare.strict, team]}
          - {id: judge, use: marks/judge, when: {team: {present: true}}, artifact: judged, workers: \(workers)}
          - {id: doubtful, reject: {when: {judge.score: {below: 1}}, code: doubtful, evidence: [judge.score]}}

        """
    }

    /// Rows of a seed. Every tenth text is one that came before.
    static func rows(_ count: Int, seed: UInt64) -> String {
        var random = SeededNumbers(seed: seed)
        func one(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }
        var lines = ""
        for row in 0..<count {
            let text = row % 10 == 9 ? Int.random(in: 0..<row, using: &random) : row
            let verdicts = ["ok", "ok", "wrong", "undecidable"]
            let team = one(["null", "\"red\"", "\"blue | `green`\""])
            let points = one(["null", "0", "0.5", "2.25", "4.99", "5", String(Double(row % 51) / 10)])
            lines += """
                {"id": "r\(row)", "text": "the text \(text)", "strictly": "\(one(verdicts))", \
                "leniently": "\(one(verdicts))", "team": \(team), "says": "\(one(verdicts))", "points": \(points), \
                "split": "\(one(["train", "train", "train", "test", "dev"]))"}

                """
        }
        return lines
    }

    static func workspace(_ rows: String, graph: String = Marks.graph()) throws -> Workspace {
        let workspace = try Workspace(graph: graph, pluginPath: try plugins.get().path)
        try workspace.folder.write("rows.jsonl", rows)
        return workspace
    }
}
