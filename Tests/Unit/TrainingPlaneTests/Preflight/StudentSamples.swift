import DataPlane
import Foundation

@testable import TrainingPlane

/// A student of a few bytes, and an export for it.
struct StudentSamples {
    let folder: TemporaryFolder
    var student: String { folder.file("student") }
    var export: String { folder.file("export") }
    var train: String { folder.file("train") }

    /// - Parameter questions: one sample each.
    init(_ questions: [String] = ["a b", "c d e"], parameters: Int = 1_500_000) throws {
        folder = try TemporaryFolder()
        for name in ["student", "export/chat", "train"] { try createFolder(folder.file(name)) }
        let lines = questions.map { question in
            let messages: JSONValue = [
                ["role": "user", "content": .string(question)], ["role": "assistant", "content": "x"],
            ]
            return JSONValue.object([("messages", messages)]).compact + "\n"
        }
        _ = try folder.write("export/chat/train.jsonl", lines.joined())
        _ = try folder.write("student/config.json", #"{"model_type": "llama", "max_position_embeddings": 2048}"#)
        _ = try folder.write("student/tokenizer.json", Self.tokenizer)
        _ = try folder.write("student/tokenizer_config.json", Self.tokenizerConfig)
        let count = parameters / 10 * 10
        let header = Self.safetensors(
            #"{"__metadata__": {"format": "pt"}, "w": "#
                + #"{"dtype": "F32", "shape": [\#(count / 10), 10], "data_offsets": [0, \#(count * 4)]}}"#)
        let weights = try folder.write("student/model.safetensors", header)
        // All zeros, which take no room on the disk.
        guard truncate(weights, header.count + count * 4) == 0 else {
            throw Failure.system("grow", weights, errno: errno)
        }
    }

    /// A file of weights: its header behind the header's length, and data.
    static func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { [UInt8]($0) } + header.utf8 + data
    }

    private static func token(_ id: Int, _ text: String) -> String {
        #"{"id": \#(id), "content": "\#(text)", "single_word": false, "lstrip": false, "rstrip": false, "#
            + #""normalized": false, "special": true}"#
    }

    private static let tokenizer = """
        {"version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [\(token(0, "<|im_start|>")), \(token(1, "<|im_end|>"))],
        "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": {"<|im_start|>": 0, "<|im_end|>": 1, "[UNK]": 2}, "unk_token": "[UNK]"}}
        """

    private static let tokenizerConfig = #"""
        {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]",
        "chat_template": "{% for m in messages %}<|im_start|>{{ m.role }} {{ m.content }}<|im_end|>{% endfor %}"}
        """#

    static var python: String { Oracle.packageRoot.appending(path: ".deps/python/bin/python").path }

    func preflight(
        student: String? = nil, python: String = python, packages: [String] = ["trl", "datasets"],
        maximumTokens: Int = 1024, trainsAllParameters: Bool = true
    ) throws -> Preflight {
        try Preflight(
            student: student ?? self.student, export: export, python: python, packages: packages,
            maximumTokens: maximumTokens, trainsAllParameters: trainsAllParameters, folder: train)
    }

    /// A GGUF file (ggml's docs/gguf.md).
    ///
    /// - Parameters:
    ///   - context: of its context, in tokens.
    ///   - shape: of its second tensor; with 5 there is as much data as it needs.
    static func gguf(version: UInt32 = 3, context: UInt32 = 2048, shape: UInt64 = 5) -> [UInt8] {
        func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
        }
        func text(_ text: String) -> [UInt8] { number(UInt64(text.utf8.count)) + text.utf8 }
        func entry(_ key: String, _ type: UInt32, _ value: [UInt8]) -> [UInt8] { text(key) + number(type) + value }
        func array(_ type: UInt32, _ elements: [[UInt8]]) -> [UInt8] {
            number(type) + number(UInt64(elements.count)) + elements.joined()
        }
        var bytes = Array("GGUF".utf8) + number(version) + number(UInt64(2)) + number(UInt64(6))
        bytes += entry("general.architecture", 8, text("llama"))
        bytes += entry("llama.context_length", 4, number(context))
        bytes += entry("llama.rope.freq_base", 6, number(Float(10_000).bitPattern))
        bytes += entry("tokenizer.chat_template", 8, text("{{ messages }}"))
        bytes += entry("tokenizer.ggml.tokens", 9, array(8, [text("<s>"), text("a"), text("</s>")]))
        bytes += entry(
            "tokenizer.ggml.token_type", 9, array(5, [number(Int32(3)), number(Int32(1)), number(Int32(3))]))
        bytes +=
            text("w") + number(UInt32(2)) + number(UInt64(100)) + number(UInt64(7)) + number(UInt32(0))
            + number(UInt64(0))
        bytes += text("b") + number(UInt32(1)) + number(shape) + number(UInt32(0)) + number(UInt64(2816))
        // Data begins at a multiple of 32 bytes, that of each tensor too: 700 and 5 numbers of 4 bytes.
        return bytes + Array(repeating: 0, count: (32 - bytes.count % 32) % 32 + 2816 + 20)
    }
}
