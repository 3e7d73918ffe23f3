import Blocking
import DataPlane
import Foundation
import Testing

/// Forks, merges, questions after answers, rows that become several.
@Suite(.blocking) struct GraphShapeTests {
    static let texts = (0..<40).map { $0 % 3 == 0 ? "a short one \($0)" : "a text that is longer, number \($0)" }

    static func workspace(_ nodes: String, texts: [String] = texts) throws -> Workspace {
        let workspace = try Workspace(
            graph: Graphs.head + """
                providers: providers.yaml
                shard_rows: 16
                decode: {three: {n: 3, max_tokens: 16}, two: {n: 2, max_tokens: 16, temperature: 1}}
                nodes:
                  - {id: canonical, use: canonical/canonicalize}
                  - {id: ids, identify: {decode: three}}

                """ + nodes)
        try workspace.folder.write("lines.jsonl", lines(texts))
        try workspace.writeProviders(url: "http://127.0.0.1:9/v1")
        return workspace
    }

    static let fork = """
          - {id: length, use: rules/check, in: {text: canonical.text}, with: {max_characters: 20}}
          - {id: short, reject: {when: {length.status: {not: ok}}, code: long}}
          - {id: long, from: length, reject: {when: {length.status: {equals: ok}}, code: short}}

        """

    @Test func rowsThatForkAndMeetAgainAreAllThereOnce() throws {
        let workspace = try Self.workspace(
            Self.fork + "  - {id: all, from: [short, long], use: rules/check, in: {text: canonical.text}}\n")
        try workspace.run()
        let run = try workspace.runFolder()
        let kept = try run.query("SELECT text, candidate FROM stage ORDER BY ordinal", stage: "distilled")
        #expect(kept == Self.texts.map { ["text": .string($0), "candidate": 0] })
        let ended = try run.query(
            "SELECT code, count(*) AS n FROM stage GROUP BY code ORDER BY code", stage: "rejected")
        #expect(ended == [["code": "long", "n": 26], ["code": "short", "n": 14]])
        #expect(try run.quality["outcomes"]?["kept"]?.int == 40)
        #expect(try run.quality["balanced"]?.bool == true)
        let books = try run.quality["nodes"]?.array?.map { node in
            "\(node["node"]?.string ?? "") \(node["books"]?["in"]?.int ?? -1) \(node["books"]?["out"]?.int ?? -1)"
        }
        #expect(books?.suffix(4) == ["length 40 40", "short 40 14", "long 40 26", "all 40 40"])
    }

    @Test func aSampleThatComesAlongBothWaysIsNumberedOn() throws {
        let workspace = try Self.workspace(
            Self.fork + """
                  - {id: both, from: [length, short], use: rules/check, in: {text: canonical.text}}
                  - {id: all, from: [both, long], use: rules/check, in: {text: canonical.text}}

                """)
        try workspace.run()
        let rows = try workspace.runFolder().query(
            "SELECT text, list(candidate ORDER BY candidate) AS candidates FROM stage GROUP BY text, ordinal ORDER BY ordinal",
            stage: "distilled")
        // Short texts come along `length` and `short`, long ones along `length` and `long`.
        #expect(rows == Self.texts.map { ["text": .string($0), "candidates": [0, 1]] })
    }

    @Test func twoAnswersToEachOfThreeAnswersAreSix() throws {
        let workspace = try Self.workspace(
            """
              - {id: prompt, use: text2sql/prompt, in: {question: canonical.text, schema: task_id}, with: {style: turns}}
              - {id: teacher, complete: {role: teacher, decode: three}}
              - {id: again, use: text2sql/prompt, in: {question: teacher.text, schema: task_id}, with: {style: turns}}
              - {id: judge, complete: {role: judge, decode: two}, in: {messages: again.messages}}
              - {id: best, select: {per: sample, order: [{column: judge.text, direction: descending}], keep: 5}}

            """)
        let script = """
            {"default": {"teacher-model": ["{question} a", "{question} b", "{question} c"],
                         "judge-model": ["{question} x", "{question} y"]}, "latency_ms": [0, 5]}
            """
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: server.url)
        try workspace.run()
        let run = try workspace.runFolder()
        let rows = try run.query(
            "SELECT candidate, teacher.text AS first, judge.text AS second FROM stage WHERE ordinal = 11 ORDER BY candidate",
            stage: "distilled")
        let text = Self.texts[11]
        let answers = ["a", "b", "c"].flatMap { first in ["x", "y"].map { (first, $0) } }
        #expect(
            rows
                == answers.enumerated().dropFirst().map { index, answer in
                    [
                        "candidate": .int(Int64(index)), "first": .string("\(text) \(answer.0)"),
                        "second": .string("\(text) \(answer.0) \(answer.1)"),
                    ]
                })
        let lost = try run.query("SELECT DISTINCT candidate, outcome, node FROM stage", stage: "rejected")
        #expect(lost == [["candidate": 0, "outcome": "not_selected", "node": "best"]])
        #expect(try run.quality["outcomes"]?["kept"]?.int == 40)
        #expect(try server.counts().asked == 40 + 3 * 40)
    }

    /// Those who are not asked keep the number that their first answer would have had.
    @Test func rowsThatPassAQuestionByKeepTheirNumbersApart() throws {
        let workspace = try Self.workspace(
            """
              - {id: length, use: rules/check, in: {text: canonical.text}, with: {max_characters: 20}}
              - {id: prompt, use: text2sql/prompt, in: {question: canonical.text, schema: task_id}, with: {style: turns}}
              - {id: teacher, complete: {role: teacher, decode: two}}
              - {id: judge, complete: {role: judge, decode: three}, when: {length.status: {equals: ok}}}
              - {id: rules, use: rules/check, in: {text: canonical.text}}

            """, texts: ["a short one", "a text that is much longer"])
        let script = #"{"default": {"teacher-model": ["a", "b"], "judge-model": ["x", "y", "z"]}}"#
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: server.url)
        try workspace.run()
        let rows = try workspace.runFolder().query(
            "SELECT ordinal, candidate, teacher.text AS first, judge.text AS second FROM stage ORDER BY 1, 2",
            stage: "distilled")
        let lines = rows.map { row in
            "\(row["ordinal"]?.int ?? -1) \(row["candidate"]?.int ?? -1) \(row["first"]?.string ?? "-") \(row["second"]?.string ?? "-")"
        }
        #expect(lines == ["0 0 a x", "0 1 a y", "0 2 a z", "0 3 b x", "0 4 b y", "0 5 b z", "1 0 a -", "1 3 b -"])
    }

    /// Without `identify` nothing is read again of sealed shards.
    @Test func theSourceItselfCanForkAndTheRunGoesOn() throws {
        let graph =
            Graphs.head + """
                shard_rows: 16
                nodes:
                  - {id: shorts, from: source, use: rules/check, with: {max_characters: 20}}
                  - {id: short, reject: {when: {shorts.status: {not: ok}}, code: long}}
                  - {id: longs, from: source, use: rules/check, with: {min_characters: 21}}
                  - {id: long, reject: {when: {longs.status: {not: ok}}, code: short}}
                  - {id: all, from: [short, long], use: canonical/canonicalize}

                """
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write("lines.jsonl", lines(Self.texts))
        try workspace.run()
        let run = try workspace.runFolder()
        let before = try run.replayable
        #expect(try run.quality["outcomes"]?["kept"]?.int == 40)
        // As if the run had been killed before its last shard was sealed.
        let index = try json(run.path + "/manifests/index.json")
        var shards = try #require(index["shards"]?.array)
        shards.removeLast()
        let text = JSONValue.object([("format", index["format"] ?? .null), ("shards", .array(shards))]).compact
        try text.write(toFile: run.path + "/manifests/index.json", atomically: true, encoding: .utf8)
        try workspace.run()
        #expect(try run.replayable == before)
    }

    /// A step of cardinality many, some of whose rows pass it by, in workers and in the host.
    @Test func aRowThatBecomesSeveralIsNumberedWithinItsSample() throws {
        let node = "when: {text: {not: alone}}"
        let workspace = try FixturePlugin.workspace(
            "twice", texts: ["one", "alone", "two", "reject", "three"], node: node)
        var runs: [RunFolder] = []
        for isolation in ["worker", "inline"] {
            try workspace.folder.write("graph.yaml", FixturePlugin.graph(node: "\(node), isolation: \(isolation)"))
            let result = try workspace.command(FaultyPluginTests.run + ["--runs", isolation])
            #expect(result.status == 0, "\(result)")
            runs.append(try workspace.runFolder(in: isolation))
        }
        let rows = try runs[0].query(
            "SELECT text, candidate, copy.copy AS copy FROM stage ORDER BY ordinal, candidate", stage: "distilled")
        let row = { (text: String, candidate: Int64, copy: JSONValue) -> JSONValue in
            ["text": .string(text), "candidate": .int(candidate), "copy": copy]
        }
        #expect(
            rows == [
                row("one", 0, "one"), row("one", 1, "one!"), row("alone", 0, nil), row("two", 0, "two"),
                row("two", 1, "two!"), row("three", 0, "three"), row("three", 1, "three!"),
            ])
        #expect(
            try runs[0].quality["outcomes"]
                == ["kept": 4, "deferred": 0, "not_selected": 0, "rejected": 1, "duplicate": 0])
        try runs[1].expectSameBytes(as: runs[0])
    }
}
