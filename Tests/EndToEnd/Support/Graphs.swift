/// Small graphs that several tests run. All read `lines.jsonl`, whose lines have a `text`.
enum Graphs {
    static let head = """
        fastdistill: 1
        name: small
        plugins: {canonical: ^1.0, rules: ^1.0, judge: ^1.0, text2sql: ^1.0}
        source:
          files: [lines.jsonl]
          columns: {text: utf8}
          task_id: lines

        """

    /// One question a line to the teacher, as it stands.
    static let asking = asking(candidates: 1)

    static func asking(candidates: Int, shardRows: Int = 100) -> String {
        head + """
            providers: providers.yaml
            shard_rows: \(shardRows)
            decode: {short: {n: \(candidates), max_tokens: 16}}
            nodes:
              - {id: canonical, use: canonical/canonicalize}
              - {id: ids, identify: {decode: short}}
              - {id: prompt, use: text2sql/prompt, in: {question: canonical.text, schema: task_id}, with: {style: turns}}
              - {id: teacher, complete: {role: teacher, decode: short}, artifact: teacher_candidates}
              - {id: last, use: rules/check, in: {text: teacher.text}}

            """
    }

    /// Two candidates of the teacher for each line, both of them judged, and the one with the greater judgement kept.
    static let judging =
        head + """
            providers: providers.yaml
            shard_rows: 24
            decode: {long: {n: 2, max_tokens: 64, seed: 3}, short: {max_tokens: 4}}
            nodes:
              - {id: canonical, use: canonical/canonicalize, workers: 2, artifact: canonical}
              - {id: ids, identify: {decode: long}}
              - {id: prompt, use: text2sql/prompt, in: {question: canonical.text, schema: task_id}, with: {style: turns}}
              - {id: teacher, complete: {role: teacher, decode: long}, artifact: teacher_candidates}
              - {id: again, use: text2sql/prompt, in: {question: teacher.text, schema: task_id}, with: {style: turns}}
              - {id: judge, complete: {role: judge, decode: short}, in: {messages: again.messages}}
              - {id: rules, use: rules/check, in: {text: judge.text}, with: {max_characters: 26}, workers: 2}
              - {id: too_long, reject: {when: {rules.status: {not: ok}}, code: too_long, evidence: [judge.text]}}
              - {id: best, select: {per: sample, order: [{column: judge.text, direction: descending}], keep: 1}}

            """

    /// No model: canonical form, ids, rules.
    static let plain =
        head + """
            shard_rows: 4000
            decode: {none: {max_tokens: 1}}
            nodes:
              - {id: canonical, use: canonical/canonicalize, artifact: canonical}
              - {id: ids, identify: {decode: none}}
              - {id: rules, use: rules/check, in: {text: canonical.text}, with: {min_characters: 3}}
              - {id: too_short, reject: {when: {rules.status: {not: ok}}, code: too_short, evidence: [rules.reason]}}

            """
}

/// The lines of `lines.jsonl` for texts.
func lines(_ texts: [String]) -> String {
    texts.map { "{\"text\": \"\($0)\"}\n" }.joined()
}
