import PluginKit
import Testing

@testable import Judge

@Suite("judge/pair_prompt and judge/pair")
struct PairTests {
    private let row: [String: Value] = [
        "question": "How many?", "schema": "t(a)", "sql": "SELECT 1", "other_sql": "SELECT 2", "result": "[[1]]",
        "other_result": nil, "candidate": 4,
    ]

    private func rows(_ options: [String: Value] = [:]) throws -> [HarnessResult] {
        guard case .expanded(let rows) = try StepHarness<PairPrompt>(options: options).run([row])[0] else { return [] }
        return rows.map { .added($0) }
    }

    private func contents(_ result: HarnessResult) -> [String] {
        guard case .list(let messages)? = result["messages"] else { return [] }
        return messages.map { message in
            guard case .object(let members) = message, case .text(let content)? = members["content"] else { return "" }
            return content
        }
    }

    @Test("shows each query once as A and once as B")
    func prompts() throws {
        let results = try rows()
        try #require(results.count == 2)
        #expect(results.map { $0["order"] } == ["ab", "ba"])
        #expect(results.map { $0["pair"] } == [4, 4])
        #expect(
            contents(results[0])[1] == """
                <schema>
                t(a)
                </schema>
                <question>
                How many?
                </question>
                <query_a>
                SELECT 1
                </query_a>
                <result_a>
                [[1]]
                </result_a>
                <query_b>
                SELECT 2
                </query_b>
                <result_b>
                (not run)
                </result_b>
                Which query is better? Answer with A, B or tie and nothing else.
                """)
        #expect(contents(results[1])[1].contains("<query_a>\nSELECT 2\n</query_a>\n<result_a>\n(not run)\n</result_a>"))
        #expect(contents(results[0])[0] == contents(results[1])[0])
        #expect(
            contents(results[0])[0].hasSuffix(
                "The better query is the one with more yes. Answer with A, B or tie and nothing else."))
        try StepHarness<PairPrompt>.runExamples()
    }

    @Test("asks for a JSON object and gives its schema, if told to")
    func structured() throws {
        let result = try #require(try rows(["structured": true]).first)
        #expect(
            result["response_format"]
                == .text(
                    #"{"type":"object","properties":{"winner":{"type":"string","enum":["A","B","tie"]}},"required":["winner"],"additionalProperties":false}"#
                ))
        #expect(
            contents(result)[1].hasSuffix(
                #"the JSON object {"winner": "A"}, {"winner": "B"} or {"winner": "tie"} and nothing else."#))
    }

    @Test(
        "reads a line that is nothing but a choice",
        arguments: [
            ("A", .choice(.a)), ("**B**", .choice(.b)), ("Answer: tie", .choice(.tie)), ("[[A]]", .choice(.a)),
            ("{\"winner\": \"B\"}", .choice(.b)), ("Query A is better.", .choice(.a)),
            ("The winner is query B", .choice(.b)),
            ("A counts.\n\nFinal answer: A", .choice(.a)), ("<think>B</think>A", .choice(.a)), ("A\nB", .unparseable),
            ("", .unparseable), ("A or B", .unparseable), ("A is a fine letter", .unparseable),
            ("<think>A", .unparseable),
            ("I cannot judge this.", .refused), ("Sorry, no.", .refused), ("AB", .unparseable),
        ] as [(String, PairReply)])
    func replies(text: String, reply: PairReply) {
        #expect(PairReply.read(text) == reply)
    }

    private func pair(_ ab: [Value], _ ba: [Value]) throws -> HarnessResult {
        let rows = ab.map { ("ab" as Value, $0) } + ba.map { ("ba", $0) }
        return try StepHarness<Pair>().run(rows.map { ["ordinal": 0, "text": $0.1, "order": $0.0, "pair": 0] })[0]
    }

    @Test("gives a win only if both orders agree")
    func joining() throws {
        func outcome(_ ab: Value, _ ba: Value) throws -> [Value?] {
            let result = try pair([ab], [ba])
            return [result["outcome"], result["score"], result["consistent"]]
        }
        #expect(try outcome("A", "B") == ["first", 1.0, true])
        #expect(try outcome("B", "A") == ["second", 0.0, true])
        #expect(try outcome("A", "A") == ["tie", 0.5, false])
        #expect(try outcome("B", "B") == ["tie", 0.5, false])
        #expect(try outcome("tie", "tie") == ["tie", 0.5, true])
        #expect(try outcome("A", "tie") == ["tie", 0.5, false])
    }

    @Test("lets several replies vote within each order")
    func votes() throws {
        #expect(try pair(["A", "A", "B"], ["B", "tie", "B"])["outcome"] == "first")
        #expect(try pair(["A", "B"], ["B", "B"])["outcome"] == "tie")
        #expect(try pair(["A", "I cannot judge."], ["B", "hm"])["outcome"] == "first")
    }

    @Test("counts what cannot be read, and makes no preference of it")
    func unread() throws {
        let result = try pair(["A", "Sorry."], ["hm", nil])
        #expect(result["outcome"] == "undecidable" && result["score"] == .null && result["consistent"] == .null)
        #expect(result["refused"] == 1 && result["unparseable"] == 2 && result["status"] == "ok")
    }

    @Test("keeps the pairs of a sample apart, and says where a column is wrong")
    func pairs() throws {
        let rows: [[String: Value]] = [
            ["ordinal": 0, "text": "A", "order": "ab", "pair": 0],
            ["ordinal": 0, "text": "B", "order": "ab", "pair": 2],
            ["ordinal": 0, "text": "B", "order": "ba", "pair": 0],
            ["ordinal": 0, "text": "A", "order": "ba", "pair": 2],
        ]
        #expect(try StepHarness<Pair>().run(rows).map { $0["outcome"] } == ["first", "second", "first", "second"])
        try StepHarness<Pair>.runExamples()
        let odd = try StepHarness<Pair>().run([
            ["ordinal": 0, "text": "A", "order": "ac", "pair": 0],
            ["ordinal": 0, "text": "A", "order": "ab", "pair": 0],
        ])
        #expect(
            odd[0]
                == .rejected(
                    code: "unknown_order", detail: "The order is neither `ab` nor `ba`; bind that of `pair_prompt`."))
        #expect(odd[1]["outcome"] == "undecidable")
    }
}
