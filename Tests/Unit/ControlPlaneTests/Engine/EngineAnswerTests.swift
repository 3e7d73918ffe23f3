import DataPlane
import Synchronization
import Testing

@testable import ControlPlane

/// What `complete` asks of its answers, and the columns that come of it.
@Suite struct EngineAnswerTests {
    private static let steps: [StepSpec] = {
        var ask = StepSpec(id: "ask", summary: "")
        ask.reads = [ColumnSpec(Field("text", .utf8))]
        var input = ColumnSpec(Field("input", .utf8))
        input.tags = [.canonicalInput]
        var messages = ColumnSpec(Field("messages", .messages))
        messages.tags = [.messages]
        ask.adds = [input, messages]
        return [ask]
    }()

    private static let work: [String: @Sendable (EngineRun.Row) -> EngineRun.Answer] = [
        "ask": { row in
            .added([["input": row["text"] ?? "", "messages": [["role": "user", "content": row["text"] ?? ""]]]])
        }
    ]

    private static func run(
        _ complete: String, rows: [JSONValue],
        model: @escaping @Sendable (CompletionRequest, Int) -> CompletionOutcome
    ) throws -> EngineRun {
        let graph = """
            fastdistill: 1
            name: test
            plugins: {t: ^1.0}
            source: {files: [rows.jsonl], columns: {text: utf8, extra: "utf8?"}, task_id: test}
            providers: providers.yaml
            decode: {one: {max_tokens: 8, seed: 3, logprobs: false}}
            nodes:
              - {id: ask, use: t/ask}
              - {id: ids, identify: {decode: one}}
              - {id: teacher, complete: {role: teacher, decode: one, \(complete)}}
            """
        return try EngineRun(
            graph: graph, rows: rows.map(\.compact), steps: steps, work: work, model: model)
    }

    private static func reply(
        _ text: String, logprobs: String? = nil, toolCalls: String? = nil, reasoning: String? = nil
    ) -> CompletionOutcome {
        .reply(
            CompletionReply(
                text: text, finishReason: "stop", promptTokens: nil, completionTokens: nil, providerID: "p", model: "m",
                logprobs: logprobs, toolCalls: toolCalls, reasoning: reasoning))
    }

    @Test func tokensAreToldWithTheLikelyOnes() throws {
        let asked = Mutex<[JSONValue]>([])
        let run = try Self.run(
            "logprobs: true, top_logprobs: 2", rows: [["text": "a"], ["text": "b"], ["text": "c"]]
        ) { request, _ in
            asked.withLock { $0.append(request.decode.parameters) }
            switch request.messages.array?.last?["content"] {
            case "a":
                return Self.reply(
                    "SEL",
                    logprobs: """
                        {"content":[{"token":"SE","logprob":-0.25,"bytes":[83,69],"top_logprobs":[{"token":"SE",\
                        "logprob":-0.25},{"token":"WI","logprob":null}]},{"token":"L","logprob":-1}]}
                        """)
            case "b": return Self.reply("", logprobs: #"{"content":null}"#)
            default: return Self.reply("x")
            }
        }
        _ = try run.start()
        let told: JSONValue = [
            [
                "token": "SE", "logprob": -0.25,
                "top": [["token": "SE", "logprob": -0.25], ["token": "WI", "logprob": -9999.0]],
            ], ["token": "L", "logprob": -1.0, "top": []],
        ]
        #expect(try run.rows("distilled").map { $0["teacher"]?["logprobs"] } == [told, .null, .null])
        let parameters: JSONValue = ["max_tokens": 8, "seed": 3, "logprobs": true, "top_logprobs": 2]
        #expect(asked.withLock { $0 } == [parameters, parameters, parameters])
    }

    @Test func reasoningBecomesAColumnAndChangesNoQuestion() throws {
        let asked = Mutex<[JSONValue]>([])
        let run = try Self.run("reasoning: true", rows: [["text": "a"], ["text": "b"]]) { request, _ in
            asked.withLock { $0.append(request.constraints) }
            return Self.reply("4", reasoning: request.messages.array?.last?["content"] == "a" ? "2 and 2" : nil)
        }
        _ = try run.start()
        #expect(try run.rows("distilled").map { $0["teacher"]?["reasoning"] } == ["2 and 2", .null])
        #expect(asked.withLock { $0 } == [[:], [:]])
    }

    @Test func reasoningThatIsNotAskedForStaysOut() throws {
        let run = try Self.run("reasoning: false", rows: [["text": "a"]]) { _, _ in
            Self.reply("4", reasoning: "2 and 2")
        }
        _ = try run.start()
        #expect(try run.rows("distilled").map { $0["teacher"]?["reasoning"] } == [nil])
    }

    @Test func toolCallsBecomeAColumn() throws {
        let asked = Mutex<[JSONValue]>([])
        let run = try Self.run(
            "tools: [{type: function, function: {name: f}}], tool_choice: required",
            rows: [["text": "a"], ["text": "b"], ["text": "c"]]
        ) { request, _ in
            asked.withLock { $0.append(request.constraints) }
            switch request.messages.array?.last?["content"] {
            case "a":
                return Self.reply(
                    "",
                    toolCalls: """
                        [{"id":"1","type":"function","function":{"name":"f","arguments":"{\\"a\\": 1}"}},\
                        {"type":"function","function":{"name":"g","arguments":{"b":[2]}}}]
                        """)
            case "b": return Self.reply("no", toolCalls: "[]")
            default: return Self.reply("no")
            }
        }
        _ = try run.start()
        let calls: JSONValue = [
            ["id": "1", "name": "f", "arguments": #"{"a": 1}"#],
            ["id": .null, "name": "g", "arguments": #"{"b":[2]}"#],
        ]
        #expect(try run.rows("distilled").map { $0["teacher"]?["tool_calls"] } == [calls, .null, .null])
        let constraints: JSONValue = [
            "tools": [["type": "function", "function": ["name": "f"]]], "tool_choice": "required",
        ]
        #expect(asked.withLock { $0[0] } == constraints)
    }

    @Test func aColumnSaysWhatEachAnswerMustKeepTo() throws {
        let asked = Mutex<[String: JSONValue]>([:])
        let run = try Self.run(
            "response_format: {column: extra}",
            rows: [
                ["text": "a", "extra": #"{"type": "object"}"#], ["text": "b", "extra": .null],
                ["text": "c", "extra": "[1]"], ["text": "d", "extra": "{"],
            ]
        ) { request, _ in
            let text = request.messages.array?.last?["content"]?.string ?? ""
            asked.withLock { $0[text] = request.constraints }
            return Self.reply(text)
        }
        _ = try run.start()
        #expect(asked.withLock { $0 } == ["a": ["json_schema": ["type": "object"]], "b": [:]])
        #expect(try run.rows("distilled").map { $0["text"]?.string } == ["a", "b"])
        let rejected = try run.rows("rejected")
        #expect(rejected.map { $0["code"]?.string } == ["constraint_invalid", "constraint_invalid"])
        #expect(rejected.map { $0["node"]?.string } == ["teacher", "teacher"])
        let details = rejected.compactMap { $0["detail"]?.string }
        #expect(details[0] == "the column 'extra' is an array, and a schema is an object")
        #expect(details[1].hasPrefix("the column 'extra' is not JSON: "))
    }

    @Test func toolsOfAColumnAreCheckedAndChosenFromOnlyWhereThereAreSome() throws {
        let asked = Mutex<[String: JSONValue]>([:])
        let tools = #"[{"type":"function","function":{"name":"f"}}]"#
        let run = try Self.run(
            "tools: {column: extra}, tool_choice: auto",
            rows: [
                ["text": "a", "extra": .string(tools)], ["text": "b"], ["text": "c", "extra": #"[{"name": "f"}]"#],
            ]
        ) { request, _ in
            let text = request.messages.array?.last?["content"]?.string ?? ""
            asked.withLock { $0[text] = request.constraints }
            return Self.reply(text)
        }
        _ = try run.start()
        #expect(
            asked.withLock { $0 } == [
                "a": ["tools": [["type": "function", "function": ["name": "f"]]], "tool_choice": "auto"], "b": [:],
            ])
        #expect(
            try run.rows("rejected").first?["detail"]
                == "the column 'extra' has no {type: function, function: {name: …}} at place 1")
    }
}
