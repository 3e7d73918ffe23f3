import DataPlane

/// A kept sample: what the student is asked, and what it shall answer.
struct Sample {
    var rowID: String
    var inputID: String
    /// `{"role": …, "content": …}` each.
    var prompt: [JSONValue]
    var answer: String

    private var completion: JSONValue { ["role": "assistant", "content": .string(answer)] }

    /// `{"messages": […]}`: TRL, LLaMA-Factory, Axolotl, MLX-LM, OpenAI.
    var chat: JSONValue { ["messages": .array(prompt + [completion])] }

    /// `{"prompt": […], "completion": […]}`: TRL, with the loss on the completion only.
    var promptAndCompletion: JSONValue { ["prompt": .array(prompt), "completion": [completion]] }
}
