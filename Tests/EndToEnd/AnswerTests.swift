import Blocking
import DataPlane
import Foundation
import Testing

/// What `complete` asks of its answers, from the graph to the server and from there to the data.
@Suite(.blocking) struct AnswerTests {
    private static let graph =
        Graphs.head.replacingOccurrences(of: "{text: utf8}", with: "{text: utf8, shape: \"utf8?\"}") + """
            providers: providers.yaml
            decode: {short: {n: 2, max_tokens: 16}}
            nodes:
              - {id: canonical, use: canonical/canonicalize}
              - {id: ids, identify: {decode: short}}
              - {id: prompt, use: text2sql/prompt, in: {question: canonical.text, schema: task_id}, with: {style: turns}}
              - id: told
                complete: {role: teacher, decode: short, logprobs: true, top_logprobs: 2, reasoning: true}
              - id: called
                complete: {role: teacher, decode: short, tools: {file: tools.json}, tool_choice: required}
              - id: shaped
                complete: {role: teacher, decode: short, response_format: {column: shape}}
              - {id: best, select: {per: sample, order: [{column: candidate, direction: ascending}], keep: 2}}

            """

    private static func workspace() throws -> (workspace: Workspace, server: ChatServer) {
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write(
            "lines.jsonl",
            """
            {"text": "First one?", "shape": "{\\"type\\": \\"object\\", \\"properties\\": {\\"sql\\": {\\"type\\": \\"string\\"}}}"}
            {"text": "Second one?"}

            """)
        try workspace.folder.write(
            "tools.json", #"[{"type": "function", "function": {"name": "run_sql", "parameters": {"type": "object"}}}]"#)
        let server = try ChatServer(
            script: try workspace.folder.write(
                "script.json", #"{"models": ["teacher-model"], "reasoning": "reasoning_content"}"#),
            program: "capable_server.py")
        try workspace.writeProviders(url: server.url, models: ["teacher"])
        return (workspace, server)
    }

    @Test func logprobsToolCallsAndFormsReachTheDataAndComeBackFromARecording() throws {
        let (workspace, server) = try Self.workspace()
        try workspace.run()
        let run = try workspace.runFolder()
        // Rows of one sample ask the same, and it is asked once.
        let asked = try server.requests().compactMap { $0["body"] }
        #expect(asked.filter { $0["logprobs"] == true && $0["top_logprobs"] == 2 && $0["n"] == 2 }.count == 2)
        #expect(asked.filter { $0["tools"] != nil && $0["tool_choice"] == "required" }.count == 2)
        // The text of the column is JSON, and what is sent is that JSON.
        let schema: JSONValue = ["type": "object", "properties": ["sql": ["type": "string"]]]
        let formats = asked.compactMap { $0["response_format"]?["json_schema"]?["schema"] }
        #expect(formats == [schema])

        let oracle = try Oracle.json(
            "Tests/Oracles/answer_columns.py", ["\(run.path)/artifacts/distilled", "told", "called"])
        #expect(
            oracle["types"] == [
                "told": """
                struct<text: string, finish_reason: string, prompt_tokens: int64, completion_tokens: int64, \
                provider_id: string, model: string, choice_index: int64, logprobs: list<item: struct<token: string, \
                logprob: double, top: list<item: struct<token: string, logprob: double>>>>, reasoning: string>
                """,
                "called": """
                struct<text: string, finish_reason: string, prompt_tokens: int64, completion_tokens: int64, \
                provider_id: string, model: string, choice_index: int64, tool_calls: list<item: struct<id: string, \
                name: string, arguments: string>>>
                """,
            ])
        let row = try #require(oracle["rows"]?.array?.first)
        #expect(row["told"]?["text"] == "words about First and so on and on")
        #expect(row["told"]?["reasoning"] == "thoughts about First")
        #expect(
            row["told"]?["logprobs"]?.array?.first == [
                "token": "words", "logprob": -0.5,
                "top": [["token": "words0", "logprob": -0.5], ["token": "words1", "logprob": -1.5]],
            ])
        #expect(row["called"]?["tool_calls"] == [["id": "call-0", "name": "run_sql", "arguments": #"{"a": 1}"#]])
        #expect(row["shaped"]?["text"] == #"{"sql": "text"}"#)
        #expect(try workspace.verify(run).status == 0)

        server.stop()
        let export = try workspace.command(["replies", "export", "runs/replies.sqlite", "replies.jsonl"])
        #expect(export.status == 0, "\(export)")
        try workspace.folder.write(
            "offline.yaml",
            """
            fastdistill: 1
            providers: [{id: teacher, kind: replay, model: teacher-model, file: replies.jsonl}]
            roles: {teacher: [{provider: teacher}]}

            """)
        try workspace.run(["--providers", "offline.yaml"], runs: "offline")
        try workspace.runFolder(in: "offline").expectSameBytes(as: run)
    }

    /// One request for all texts of a batch; what is recorded is not asked for again.
    @Test func vectorsReachTheDataAndComeBackFromARecording() throws {
        let graph =
            Graphs.head + """
                providers: providers.yaml
                decode: {none: {max_tokens: 1}}
                nodes:
                  - {id: canonical, use: canonical/canonicalize}
                  - {id: ids, identify: {decode: none}}
                  - {id: v, embed: {role: embedder, input: text}}

                """
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write("lines.jsonl", lines(["First one?", "b", "first one?", "a very long question"]))
        let server = try ChatServer(
            script: try workspace.folder.write("script.json", #"{"models": ["embedder-model"], "too_long": 12}"#),
            program: "capable_server.py")
        try workspace.writeProviders(url: server.url, models: ["embedder"])
        try workspace.run()
        let run = try workspace.runFolder()
        let inputs = try server.requests().compactMap { $0["body"]?["input"]?.array }
        #expect(inputs.map(\.count).max() == inputs.first?.count && inputs.count == 1 + (inputs.first?.count ?? 0))
        let rows = try Oracle.json("Tests/Oracles/answer_columns.py", ["\(run.path)/artifacts/distilled", "v"])
        #expect(rows["types"] == ["v": "struct<vector: list<item: double>>"])
        let vectors = rows["rows"]?.array?.map { $0["v"]?["vector"] }
        #expect(vectors?.first == [10.5, -0.1, .double(70.0 / 3)])
        #expect(vectors?[1] == [1.5, -0.1, .double(98.0 / 3)])
        let rejected = try run.query("SELECT node, code, detail FROM stage WHERE node = 'v'", stage: "rejected")
        #expect(
            rejected == [
                [
                    "node": "v", "code": "context_too_long",
                    "detail": "HTTP 400: input is larger than the context size",
                ]
            ])
        #expect(try workspace.verify(run).status == 0)

        server.stop()
        try workspace.folder.write(
            "offline.yaml",
            """
            fastdistill: 1
            providers: [{id: embedder, kind: replay, model: embedder-model, file: replies.jsonl}]
            roles: {embedder: [{provider: embedder}]}

            """)
        #expect(try workspace.command(["replies", "export", "runs/replies.sqlite", "replies.jsonl"]).status == 0)
        try workspace.run(["--providers", "offline.yaml"], runs: "offline")
        try workspace.runFolder(in: "offline").expectSameBytes(as: run)
    }
}
