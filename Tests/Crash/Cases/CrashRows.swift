import Foundation
import Testing

/// Rows in small shards, and a graph that writes everything that a run can write.
///
/// Two roles with budgets, two candidates, one of them selected; rows that are malformed, too short, judged badly, twice
/// there, and one that kills the step it comes to, which is a line of the journal.
enum CrashRows: CaseIterable {
    /// In three shards.
    case few
    /// In five shards.
    case many
    /// Texts of which vectors are wanted, so long that no two go out in one request; in five shards.
    case vectors

    var graph: String {
        if self == .vectors {
            return """
                fastdistill: 1
                name: crash
                plugins: {canonical: ^1.0}
                source: {files: [lines.jsonl], columns: {text: utf8}, task_id: lines}
                providers: providers.yaml
                shard_rows: 6
                decode: {none: {max_tokens: 1}}
                nodes:
                  - {id: canonical, use: canonical/canonicalize, isolation: inline, artifact: canonical}
                  - {id: ids, identify: {decode: none}}
                  - {id: near, embed: {role: embedder, input: canonical.text}}

                """
        }
        return """
            fastdistill: 1
            name: crash
            plugins: {canonical: ^1.0, rules: ^1.0, text2sql: ^1.0, echo: ^1.0}
            source:
              files: [lines.jsonl]
              columns: {text: utf8}
              task_id: lines
            providers: providers.yaml
            shard_rows: \(self == .few ? 5 : 16)
            decode: {long: {n: 2, max_tokens: 64, seed: 3}, short: {max_tokens: 4}}
            nodes:
              - {id: canonical, use: canonical/canonicalize, isolation: inline, artifact: canonical}
              - {id: copy, use: echo/copy, in: {text: canonical.text}}
              - {id: length, use: rules/check, isolation: inline, in: {text: canonical.text}, with: {min_characters: 3}}
              - {id: too_short, reject: {when: {length.status: {not: ok}}, code: too_short, evidence: [length.reason]}}
              - {id: ids, identify: {decode: long}}
              - {id: prompt, use: text2sql/prompt, isolation: inline, in: {question: canonical.text, schema: task_id}, with: {style: turns}}
              - {id: teacher, complete: {role: teacher, decode: long}, artifact: teacher_candidates}
              - {id: again, use: text2sql/prompt, isolation: inline, in: {question: teacher.text, schema: task_id}, with: {style: turns}}
              - {id: judge, complete: {role: judge, decode: short}, in: {messages: again.messages}}
              - {id: rules, use: rules/check, isolation: inline, in: {text: judge.text}, with: {max_characters: 26}}
              - {id: too_long, reject: {when: {rules.status: {not: ok}}, code: too_long, evidence: [judge.text], hard: true}}
              - {id: best, select: {per: sample, order: [{column: judge.text, direction: descending}], keep: 1}}

            """
    }

    var lines: String {
        var lines: [String] = []
        if self == .vectors {
            let rest = String(repeating: " really?", count: 5000)
            return (0..<30).map { "{\"text\": \"What is number \($0)?\(rest)\"}\n" }.joined()
        }
        for number in 0..<(self == .few ? 10 : 64) {
            // Every eighth is too long for its judgement.
            let shown = number % 8 == 5 ? 10_000 + number : number
            lines.append("{\"text\": \"What is number \(shown)?\"}")
            if number % 10 == 3 { lines.append(lines[lines.count - 2]) }
            if number % 20 == 4 { lines += ["{\"text\": \"no\"}", "{\"text\": 5}", "{\"text\": \"bad\"}"] }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// With budgets, which are not reached unless the test says so: what is written for them is the point.
    static func providers(url: String, teacherRequests: Int = 100_000) -> String {
        func provider(_ role: String, _ more: String) -> String {
            "  - {id: \(role), kind: openai, url: '\(url)', model: \(role)-model, concurrency: \(CrashCase.concurrency), "
                + "retry: {attempts: 5, base: 5ms, cap: 50ms, give_up_after: 1m}\(more)}\n"
        }
        return """
            fastdistill: 1
            budgets: {teacher: {requests: \(teacherRequests), tokens: 100000000}, judge: {money: 1000}, embedder: {requests: 1000}}
            providers:
            \(provider("teacher", ""))\(provider("judge", ", prices: {prompt: 1, completion: 2}"))\(provider("embedder", ""))roles:
              teacher: [{provider: teacher}]
              judge: [{provider: judge}]
              embedder: [{provider: embedder}]

            """
    }

    /// A folder with the plugin that dies of "bad".
    static let plugins = Swift.Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        try FixturePlugin.compile("crashes_on_row", into: folder)
        return folder
    }
}
