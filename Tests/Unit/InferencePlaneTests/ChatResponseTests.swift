import DataPlane
import Testing

@testable import InferencePlane

struct ChatResponseTests {
    private func response(_ text: String, maxTokens: Int64? = nil) throws -> ChatResponse {
        let response = ChatResponse(try JSONParser().parse(text), maxTokens: maxTokens)
        return try #require(response)
    }

    /// What llama.cpp answered to n = 2, max_tokens = 12: usage counts the first choice only.
    private static let llama = """
        {"choices":[{"finish_reason":"length","index":0,"message":{"role":"assistant","content":"To find out the number of \
        users in the specified table,"}},{"finish_reason":"length","index":1,"message":{"role":"assistant","content":"To \
        find the total number of users, we need to use"}}],"created":1795333865,"model":"smollm2","system_fingerprint":\
        "b0-unknown","object":"chat.completion","usage":{"completion_tokens":12,"prompt_tokens":37,"total_tokens":49,\
        "prompt_tokens_details":{"cached_tokens":36}},"timings":{"cache_n":36,"prompt_n":1,"predicted_n":12}}
        """

    @Test func llamaCountsTheFirstChoiceOnly() throws {
        let response = try response(Self.llama, maxTokens: 12)
        #expect(response.countsFirstChoiceOnly)
        #expect(response.promptTokens == 37 && response.completionTokens == 12)
        #expect(response.completionTokensByChoice() == [12, nil])
    }

    @Test func eitherSignIsEnough() throws {
        let body = Self.llama.replacing(#""predicted_n":12"#, with: #""predicted_n":99"#)
        #expect(try response(body, maxTokens: 12).countsFirstChoiceOnly)
        #expect(try !response(body, maxTokens: nil).countsFirstChoiceOnly)
        #expect(try response(Self.llama, maxTokens: nil).countsFirstChoiceOnly)
    }

    @Test func aCountOfAllChoicesIsSharedByTheirLength() throws {
        let response = try response(chatBody(["123", "1"], completionTokens: 8), maxTokens: 12)
        #expect(response.completionTokensByChoice() == [6, 2])
    }

    /// Answers end at the end of the context too: only a probe knows that the small count is of all choices.
    @Test func whatAProbeHasFoundIsBelieved() throws {
        let body = try JSONParser().parse(chatBody(["123", "456"], finishReason: "length", completionTokens: 54))
        let guessed = try #require(ChatResponse(body, maxTokens: 1000))
        #expect(guessed.completionTokensByChoice() == [54, nil])
        let known = try #require(ChatResponse(body, maxTokens: 1000, usage: .allChoices))
        #expect(known.completionTokensByChoice() == [27, 27] && !known.countsFirstChoiceOnly)
        let first = try #require(ChatResponse(body, maxTokens: 30, usage: .firstChoice))
        #expect(first.completionTokensByChoice() == [54, nil])
    }

    @Test(arguments: [
        // Both cut off, one of them all spaces.
        ([("1234567890", "length"), ("1", "length")], 80, 40, [40, 40]),
        // One cut off: the other has the rest.
        ([("1234567890", "stop"), ("1", "length")], 50, 40, [10, 40]),
        // The longest text cannot have its share.
        ([("12345678901234567890", "stop"), ("1", "stop"), ("1", "stop")], 90, 40, [40, 25, 25]),
        // All at the most, and none cut off.
        ([("1", "stop"), ("123", "stop")], 80, 40, [40, 40]),
        // More than may be is believed.
        ([("1", "stop"), ("123", "stop")], 100, 40, [25, 75]),
    ])
    func noChoiceHasMoreTokensThanItMay(
        choices: [(text: String, finishReason: String)], total: Int64, most: Int64, shares: [Int64]
    ) throws {
        let list = choices.map { choice -> JSONValue in
            ["message": ["content": .string(choice.text)], "finish_reason": .string(choice.finishReason)]
        }
        let body: JSONValue = ["choices": .array(list), "usage": ["completion_tokens": .int(total)]]
        let response = try #require(ChatResponse(body, maxTokens: most, usage: .allChoices))
        #expect(response.completionTokensByChoice() == shares)
    }

    @Test(arguments: [
        (#"{"content": "4", "reasoning_content": "2 and 2"}"#, "2 and 2"),
        (#"{"content": "4", "reasoning": "2 and 2"}"#, "2 and 2"),
        (#"{"content": "4", "reasoning_content": "", "reasoning": "2 and 2"}"#, "2 and 2"),
        (#"{"content": "", "reasoning_content": "2 and"}"#, "2 and"),
        (#"{"content": "4", "reasoning_content": null}"#, nil),
        (#"{"content": "4", "reasoning": {"effort": "low"}}"#, nil),
        (#"{"content": "<think>2 and 2</think>4"}"#, nil),
    ])
    func reasoningIsReadApartFromTheText(message: String, reasoning: String?) throws {
        let response = try response(#"{"choices": [{"message": \#(message), "finish_reason": "stop"}]}"#)
        #expect(response.choices.map(\.reasoning) == [reasoning])
    }

    @Test func reasoningCountsWhenTokensAreShared() throws {
        let response = try response(
            #"{"choices": [{"message": {"content": "ab", "reasoning": "cdefgh"}}, {"message": {"content": "ij"}}],"#
                + #""usage": {"prompt_tokens": 1, "completion_tokens": 10}}"#)
        #expect(response.completionTokensByChoice() == [8, 2])
    }

    /// mlx_lm.server lists numbers of tokens only, unless it is asked for others in their places.
    @Test func tokensWithoutTextAreNotTold() throws {
        let body = """
            {"choices": [{"message": {"content": "ab"}, "logprobs": {"content": [{"id": 5, "logprob": -1}]}}]}
            """
        #expect(try response(body).choices[0].logprobs == nil)
    }

    @Test func listedTokensAreCounted() throws {
        let body = """
            {"choices": [
              {"message": {"content": "ab"}, "logprobs": {"content": [{}, {}]}},
              {"message": {"content": "c"}, "logprobs": {"content": [{}]}}], "usage": {"completion_tokens": 2}}
            """
        #expect(try response(body).completionTokensByChoice() == [2, 1])
    }

    @Test func oneChoiceHasTheReportedCount() throws {
        #expect(try response(chatBody(["a"], completionTokens: 9)).completionTokensByChoice() == [9])
    }

    @Test func withoutUsageNothingIsMadeUp() throws {
        let response = try response(#"{"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}"#)
        #expect(response.completionTokensByChoice() == [nil, nil])
        #expect(response.promptTokens == nil)
        #expect(response.choices.map(\.finishReason) == ["unknown", "unknown"])
    }

    @Test func anAnswerThatNeverCameIsAnEmptyOne() throws {
        let body = """
            {"choices": [{"finish_reason": "length", "message": {"content": null, "reasoning_content": "Let me think"}}]}
            """
        let choice = try response(body).choices[0]
        #expect(choice.text == "" && choice.finishReason == "length")
    }

    @Test func aNegativeCountIsNone() throws {
        let body =
            #"{"choices": [{"message": {"content": "a"}}], "usage": {"prompt_tokens": -1, "completion_tokens": -4}}"#
        #expect(try response(body).promptTokens == nil)
        #expect(try response(body).completionTokensByChoice() == [nil])
    }

    @Test(arguments: [
        (#"{"error": {"message": "m", "type": "T", "code": "C"}}"#, "m", ["t", "c"]),
        (#"{"error": {"message": "m", "type": "T", "code": 400, "param": null}}"#, "m", ["t"]),
        (#"{"error": "text"}"#, "text", []),
        (#"{"object": "error", "message": "m", "type": "T", "code": 400}"#, "m", ["t"]),
        (#"{"detail": [{"msg": "bad"}]}"#, #"[{"msg":"bad"}]"#, []),
        (#"[{"error": {"message": "m", "status": "INVALID"}}]"#, "m", ["invalid"]),
        (#"{"error": {"message": "m", "innererror": {"code": "Policy"}}}"#, "m", ["policy"]),
        ("plain words", "plain words", []),
        ("<html><h1>502</h1></html>", "", []),
        ("", "", []),
        ("null", "", []),
    ])
    func errorsAreReadInEveryForm(body: String, message: String, labels: [String]) {
        let error = ProviderError(bytes: Array(body.utf8), parser: JSONParser())
        #expect(error.message == message)
        #expect(error.labels == labels)
    }
}
