/// Finds the part of a reply that is meant for the reader: without chat markers and without thinking.
enum Markers {
    /// What is left of a reply.
    struct Answer: Equatable {
        var range: Range<Int>
        /// The reply ends while the model still thinks.
        var breaksOffThinking = false
    }

    static func answer(in text: [UInt8]) -> Answer {
        var answer = Answer(range: text.trimmed(0..<text.count))
        skipLeadingMarkers(text, &answer.range)
        leaveThinking(text, &answer)
        for marker in [
            "<|", "<\u{FF5C}", "</s>", "<end_of_turn>", "<eos>", "[/INST]",
        ] as [StaticString] {
            if let position = text.firstIndex(of: marker, in: answer.range) {
                answer.range = answer.range.lowerBound..<position
            }
        }
        answer.range = text.trimmed(answer.range)
        return answer
    }

    /// `<|im_start|>assistant`, `<|channel|>final<|message|>` and their like.
    private static func skipLeadingMarkers(_ text: [UInt8], _ range: inout Range<Int>) {
        while let position = text.firstIndex(of: "<|message|>", in: range) {
            range = position + 11..<range.upperBound
        }
        while text.has("<|", at: range.lowerBound), let close = text.firstIndex(of: "|>", in: range) {
            range = text.trimmed(close + 2..<range.upperBound)
            var tokens = Tokenizer(text, in: range)
            if let word = tokens.next(), text.spells("ASSISTANT", in: word.range) {
                range = text.trimmed(word.range.upperBound..<range.upperBound)
            }
        }
    }

    private static func leaveThinking(_ text: [UInt8], _ answer: inout Answer) {
        for (open, close) in [
            ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<reasoning>", "</reasoning>"),
        ] as [(StaticString, StaticString)] {
            while let position = text.firstIndex(of: close, in: answer.range) {
                answer.range = position + close.utf8CodeUnitCount..<answer.range.upperBound
            }
            if let position = text.firstIndex(of: open, in: answer.range) {
                answer.range = answer.range.lowerBound..<position
                answer.breaksOffThinking = true
            }
        }
    }
}
